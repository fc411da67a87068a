//! Accounts: making one, signing in and out, and who one is.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use library::{Account, Library, NewAccount};
use serde::Serialize;
use serde_json::Value;

use super::auth::SignedIn;
use super::params::Given;
use crate::dialects::json;
use crate::error::{Error, Result};
use crate::http::extract;
use crate::http::extract::Json;
use crate::http::middleware::real_ip::Client;
use crate::state::App;

const SHORTEST_PASSWORD: usize = 6;
const LONGEST_PASSWORD: usize = 4096;

/// Both tokens of somebody signed in.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = slink::Tokens)]
pub struct Tokens {
    /// Good for an hour.
    access_token: String,
    /// Good for one use, within 30 days.
    refresh_token: String,
}

/// Who is signed in.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::User)]
pub struct User {
    id: String,
    email: String,
    username: String,
    display_name: String,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = slink::Data<T>)]
pub struct Data<T> {
    data: T,
}

pub async fn sign_up(
    State(app): State<App>,
    client: Client,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    app.admit_stranger(&client)?;
    let new = wanted(Given::of(body)?)?;
    let account = app
        .ask(move |library, _| library.add_account(new).map_err(broken))
        .await?;
    let body = serde_json::json!({ "id": account.id.to_string() });
    let mut response = json(StatusCode::CREATED, &body);
    let place = HeaderValue::from_static("/profile/login");
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}

/// Which of the members the library could not take.
fn broken(error: library::Error) -> Error {
    use library::Error::*;
    let property = match error {
        NameTaken { .. } | BadName { .. } => "username",
        EmailTaken | BadEmail { .. } => "email",
        ShortPassword { .. } | LongPassword { .. } => "password",
        error => return error.into(),
    };
    Error::violation(property, error.to_string())
}

fn wanted(mut given: Given) -> Result<NewAccount> {
    let email = given.needed("email", 254);
    if !email.is_empty() && !is_email(&email) {
        given.breaks("email", "This value is not a valid email address.");
    }
    let username = given.needed("username", 30);
    if !username.is_empty() && !is_username(&username) {
        given.breaks(
            "username",
            "Username must be 3 to 30 characters of a-z, 0-9, `_`, `.` and `-`, beginning with a letter or digit.",
        );
    }
    let password = given.needed("password", LONGEST_PASSWORD);
    if !password.is_empty() {
        if password.chars().count() < SHORTEST_PASSWORD {
            given.breaks(
                "password",
                format!("Password must be at least {SHORTEST_PASSWORD} characters long."),
            );
        }
        if !has_four_classes(&password) {
            given.breaks(
                "password",
                "Password must contain a lowercase letter, an uppercase letter, a digit and a special character.",
            );
        }
    }
    let confirm = given.text("confirm").unwrap_or_default();
    if confirm != password {
        given.breaks("confirm", "Passwords do not match.");
    }
    given.done()?;
    Ok(NewAccount {
        name: username,
        email: Some(email),
        admin: false,
        password: Some(password),
    })
}

/// Something, an @, and a host's name with a dot in it.
fn is_email(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
    let Some((name, host)) = text.rsplit_once('@') else {
        return false;
    };
    let labels = || host.split('.');
    !name.is_empty()
        && name.chars().all(|c| plain(c) && c != '@')
        && labels().count() > 1
        && labels().all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

fn is_username(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=30).contains(&text.len())
        && text.starts_with(plain)
        && text.chars().all(|c| plain(c) || "_.-".contains(c))
}

fn has_four_classes(password: &str) -> bool {
    let has = |class: fn(char) -> bool| password.chars().any(class);
    has(char::is_lowercase)
        && has(char::is_uppercase)
        && has(char::is_numeric)
        && has(|c| !c.is_alphanumeric())
}

pub async fn log_in(
    State(app): State<App>,
    client: Client,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    let mut given = Given::of(body)?;
    let name = given.text("username").unwrap_or_default();
    let password = given.text("password").unwrap_or_default();
    let account = extract::sign_in(&app, &client, name, password)
        .await?
        .ok_or(Error::WrongPassword)?;
    let tokens = app.ask(move |library, _| begin(library, &account)).await?;
    Ok(json(StatusCode::OK, &tokens))
}

fn begin(library: &Library, account: &Account) -> Result<Tokens> {
    Ok(Tokens {
        access_token: library.access_token(account)?,
        refresh_token: library.start_refreshing(&account.id)?,
    })
}

pub async fn refresh(State(app): State<App>, Json(body): Json<Option<Value>>) -> Result<Response> {
    let token = refresh_token(body)?;
    let tokens = app
        .ask(move |library, _| {
            let (account, refresh_token) = library.refresh(&token)?.ok_or(Error::SignedOut)?;
            Ok(Tokens {
                access_token: library.access_token(&library.account(&account)?)?,
                refresh_token,
            })
        })
        .await?;
    Ok(json(StatusCode::OK, &tokens))
}

pub async fn log_out(State(app): State<App>, Json(body): Json<Option<Value>>) -> Result<Response> {
    let token = refresh_token(body)?;
    let was_in = app
        .ask(move |library, _| Ok(library.end_refreshing(&token)?))
        .await?;
    if was_in {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Error::SignedOut)
    }
}

fn refresh_token(body: Option<Value>) -> Result<String> {
    Given::of(body)?
        .text("refresh_token")
        .ok_or(Error::SignedOut)
}

pub async fn user(State(app): State<App>, SignedIn(actor): SignedIn) -> Result<Response> {
    let account = app.ask(move |library, _| own(library, &actor)).await?;
    let data = User {
        id: account.id.to_string(),
        email: account.email.unwrap_or_default(),
        username: account.name,
        display_name: account.display_name,
    };
    Ok(json(StatusCode::OK, &Data { data }))
}

/// The account of whoever is signed in.
pub fn own(library: &Library, actor: &library::Actor) -> Result<Account> {
    let id = actor
        .account()
        .ok_or(Error::Unauthorised(crate::error::Credentials::Wrong))?;
    Ok(library.account(id)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(changed: (&str, Value)) -> Vec<String> {
        let mut body = json!({
            "email": "kitten@example.com",
            "username": "kitten",
            "password": "Pa55 word",
            "confirm": "Pa55 word",
        });
        body[changed.0] = changed.1;
        match wanted(Given::of(Some(body)).unwrap()) {
            Err(Error::Violations(violations)) => violations
                .iter()
                .map(|broken| broken.property.to_string())
                .collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_sign_up_needs_an_address_a_name_and_a_password_twice() {
        assert_eq!(told(("other", json!(1))), [""; 0]);
        for email in [
            "", "kitten", "@b.c", "a@", "a@b", "a b@c.d", "a@b@c.d", "a@b..c", "a@-<b>.c",
        ] {
            assert_eq!(told(("email", json!(email))), ["email"], "{email}");
        }
        for name in [
            "",
            "ab",
            "Kitten",
            "kit ten",
            "ktté",
            "-kitten",
            &"k".repeat(31),
        ] {
            assert!(
                told(("username", json!(name))).contains(&"username".to_owned()),
                "{name}"
            );
        }
        for password in [
            "Pa5 w",
            "password",
            "PASSWORD1!",
            "password1!",
            "Password1",
            "Password!",
        ] {
            let told = told(("password", json!(password)));
            assert!(told.contains(&"password".to_owned()), "{password}");
        }
        assert_eq!(told(("confirm", json!("Pa55 words"))), ["confirm"]);
        assert_eq!(told(("email", json!(5))), ["email"]);
    }
}
