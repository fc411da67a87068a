//! Accounts: making one, signing in and out, and who one is.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use library::{Account, Library, NewAccount};
use serde::Serialize;
use serde_json::Value;

use super::auth::AccessTokenAuth;
use super::params::BodyValidator;
use super::schemas;
use crate::dialects::reply::json;
use crate::error::{Error, Result};
use crate::http::extract;
use crate::http::extract::Json;
use crate::http::middleware::real_ip::ClientInfo;
use crate::state::App;

const MIN_PASSWORD_CHARS: usize = 6;
const MAX_PASSWORD_CHARS: usize = 4096;

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

/// Make an account, where the server lets people sign up
#[utoipa::path(post, path = "/api/auth/signup", request_body = schemas::SignUp,
    responses((status = 201, body = schemas::SignedUp, description = "It is made."), (status = 403)))]
pub async fn sign_up(
    State(app): State<App>,
    client: ClientInfo,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    app.authorise_signup(&client)?;
    let new = parse_sign_up(BodyValidator::from_json(body)?)?;
    let account = app
        .run_blocking(move |library, _| library.add_account(new).map_err(account_error))
        .await?;
    let body = serde_json::json!({ "id": account.id.to_string() });
    let mut response = json(StatusCode::CREATED, &body);
    let place = HeaderValue::from_static("/profile/login");
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}

/// Which of the members the library could not take.
fn account_error(error: library::Error) -> Error {
    use library::Error::*;
    let property = match error {
        AccountNameTaken { .. } | InvalidAccountName { .. } => "username",
        EmailTaken | InvalidEmail { .. } => "email",
        PasswordTooShort { .. } | PasswordTooLong { .. } => "password",
        error => return error.into(),
    };
    Error::violation(property, error.to_string())
}

fn parse_sign_up(mut given: BodyValidator) -> Result<NewAccount> {
    let email = given.required("email", 254);
    if !email.is_empty() && !is_email(&email) {
        given.add_violation("email", "This value is not a valid email address.");
    }
    let username = given.required("username", 30);
    if !username.is_empty() && !is_username(&username) {
        given.add_violation(
            "username",
            "Username must be 3 to 30 characters of a-z, 0-9, `_`, `.` and `-`, beginning with a letter or digit.",
        );
    }
    let password = given.required("password", MAX_PASSWORD_CHARS);
    if !password.is_empty() {
        if password.chars().count() < MIN_PASSWORD_CHARS {
            given.add_violation(
                "password",
                format!("Password must be at least {MIN_PASSWORD_CHARS} characters long."),
            );
        }
        if !has_four_classes(&password) {
            given.add_violation(
                "password",
                "Password must contain a lowercase letter, an uppercase letter, a digit and a special character.",
            );
        }
    }
    let confirm = given.text("confirm").unwrap_or_default();
    if confirm != password {
        given.add_violation("confirm", "Passwords do not match.");
    }
    given.finish()?;
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

/// Sign in with a password
#[utoipa::path(post, path = "/api/auth/login", request_body = schemas::LogIn,
    responses((status = 200, body = Tokens, description = "Signed in."), (status = 429)))]
pub async fn log_in(
    State(app): State<App>,
    client: ClientInfo,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    let mut given = BodyValidator::from_json(body)?;
    let name = given.text("username").unwrap_or_default();
    let password = given.text("password").unwrap_or_default();
    let account = extract::sign_in(&app, &client, name, password)
        .await?
        .ok_or(Error::WrongPassword)?;
    let tokens = app
        .run_blocking(move |library, _| issue_tokens(library, &account))
        .await?;
    Ok(json(StatusCode::OK, &tokens))
}

fn issue_tokens(library: &Library, account: &Account) -> Result<Tokens> {
    Ok(Tokens {
        access_token: library.issue_access_token(account)?,
        refresh_token: library.issue_refresh_token(&account.id)?,
    })
}

/// Get new tokens for the refresh token
#[utoipa::path(post, path = "/api/auth/refresh", operation_id = "refresh", request_body = schemas::Refresh, responses((status = 200, body = Tokens, description = "Still signed in.")))]
pub async fn refresh_tokens(
    State(app): State<App>,
    Json(body): Json<Option<Value>>,
) -> Result<Response> {
    let token = parse_refresh_token(body)?;
    let tokens = app
        .run_blocking(move |library, _| {
            let (account, refresh_token) = library
                .rotate_refresh_token(&token)?
                .ok_or(Error::RefreshTokenInvalid)?;
            Ok(Tokens {
                access_token: library.issue_access_token(&library.account(&account)?)?,
                refresh_token,
            })
        })
        .await?;
    Ok(json(StatusCode::OK, &tokens))
}

/// Sign out: the refresh token is no longer good
#[utoipa::path(post, path = "/api/auth/logout", request_body = schemas::Refresh, responses((status = 204)))]
pub async fn log_out(State(app): State<App>, Json(body): Json<Option<Value>>) -> Result<Response> {
    let token = parse_refresh_token(body)?;
    let was_in = app
        .run_blocking(move |library, _| Ok(library.revoke_refresh_token(&token)?))
        .await?;
    if was_in {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Error::RefreshTokenInvalid)
    }
}

fn parse_refresh_token(body: Option<Value>) -> Result<String> {
    BodyValidator::from_json(body)?
        .text("refresh_token")
        .ok_or(Error::RefreshTokenInvalid)
}

/// Who is signed in
#[utoipa::path(get, path = "/api/user", operation_id = "user", security(("token" = [])), responses((status = 200, body = Data<User>, description = "The account.")))]
pub async fn show_user(
    State(app): State<App>,
    AccessTokenAuth(actor): AccessTokenAuth,
) -> Result<Response> {
    let account = app
        .run_blocking(move |library, _| own_account(library, &actor))
        .await?;
    let data = User {
        id: account.id.to_string(),
        email: account.email.unwrap_or_default(),
        username: account.name,
        display_name: account.display_name,
    };
    Ok(json(StatusCode::OK, &Data { data }))
}

/// The account of whoever is signed in.
pub fn own_account(library: &Library, actor: &library::Actor) -> Result<Account> {
    let id = actor
        .account()
        .ok_or(Error::Unauthorised(crate::error::CredentialError::Wrong))?;
    Ok(library.account(id)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn violated_properties(changed: (&str, Value)) -> Vec<String> {
        let mut body = json!({
            "email": "kitten@example.com",
            "username": "kitten",
            "password": "Pa55 word",
            "confirm": "Pa55 word",
        });
        body[changed.0] = changed.1;
        match parse_sign_up(BodyValidator::from_json(Some(body)).unwrap()) {
            Err(Error::Violations(violations)) => violations
                .iter()
                .map(|broken| broken.property.to_string())
                .collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_sign_up_needs_an_address_a_name_and_a_password_twice() {
        assert_eq!(violated_properties(("other", json!(1))), [""; 0]);
        for email in [
            "", "kitten", "@b.c", "a@", "a@b", "a b@c.d", "a@b@c.d", "a@b..c", "a@-<b>.c",
        ] {
            assert_eq!(
                violated_properties(("email", json!(email))),
                ["email"],
                "{email}"
            );
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
                violated_properties(("username", json!(name))).contains(&"username".to_owned()),
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
            let told = violated_properties(("password", json!(password)));
            assert!(told.contains(&"password".to_owned()), "{password}");
        }
        assert_eq!(
            violated_properties(("confirm", json!("Pa55 words"))),
            ["confirm"]
        );
        assert_eq!(violated_properties(("email", json!(5))), ["email"]);
    }
}
