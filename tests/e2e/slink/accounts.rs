//! Signing up, in and out, and who one is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

fn signing_up(vitrine: &Vitrine, changed: &[(&str, Value)]) -> Answer {
    let mut body = json!({
        "email": "puppy@example.com",
        "username": "puppy",
        "password": PASSWORD,
        "confirm": PASSWORD,
    });
    for (name, value) in changed {
        body[*name] = value.clone();
    }
    vitrine.send(&with_json("POST", "/api/auth/signup", &body))
}

fn signing_in(vitrine: &Vitrine, name: &str, password: &str) -> Answer {
    let body = json!({ "username": name, "password": password });
    vitrine.send(&with_json("POST", "/api/auth/login", &body))
}

fn by_refresh_token(vitrine: &Vitrine, path: &str, token: &str) -> Answer {
    let body = json!({ "refresh_token": token });
    vitrine.send(&with_json("POST", path, &body))
}

/// Asserts a 400 of Slink's own rules.
#[track_caller]
fn specification(answer: Answer, title: &str, property: &str, message: &str) {
    let error = refusal(answer, 400);
    let violations = [json!({ "property": property, "message": message })];
    assert_eq!(
        error,
        json!({ "title": title, "message": "Specification Error", "violations": violations })
    );
}

#[track_caller]
fn wrong_password(answer: Answer) {
    specification(
        answer,
        "Slink.User.Domain.Exception.InvalidCredentialsException",
        "credentials",
        "Invalid credentials. Please check your username/email and password and try again.",
    );
}

#[track_caller]
fn signed_out(answer: Answer) {
    specification(
        answer,
        "Slink.User.Domain.Exception.InvalidRefreshTokenException",
        "refresh_token",
        "Invalid refresh token",
    );
}

#[test]
fn signing_up_is_off_unless_the_owner_turns_it_on() {
    denies(signing_up(&Vitrine::start(), &[]));
}

#[test]
fn a_new_account_can_sign_in_at_once() {
    let vitrine = Vitrine::with(&[("allow_signup", "true")]);
    let made = signing_up(&vitrine, &[]).is(201);
    assert!(is_uuid(&id(&made)), "{made}");
    assert_eq!(made.header("location"), "/profile/login");
    let token = log_in(&vitrine, "puppy");
    let user = vitrine
        .send(&Request::get("/api/user").bearer(&token))
        .is(200);
    assert_eq!(
        user.json(),
        json!({"data": {
            "id": id(&made),
            "email": "puppy@example.com",
            "username": "puppy",
            "displayName": "puppy",
        }})
    );
    // No administrator, whatever was asked for.
    let admin = Request::delete(&format!("/api/admin/image/{NO_ID}")).bearer(&token);
    denies(vitrine.send(&admin));
}

#[test]
fn an_invalid_sign_up_lists_the_violations_and_creates_no_account() {
    let vitrine = Vitrine::with(&[("allow_signup", "true")]);
    for (changed, properties) in [
        (vec![("email", json!("puppy"))], vec!["email"]),
        (vec![("email", json!(""))], vec!["email"]),
        (vec![("email", Value::Null)], vec!["email"]),
        (vec![("email", json!(5))], vec!["email"]),
        (vec![("username", json!("pu"))], vec!["username"]),
        (vec![("username", json!("Puppy"))], vec!["username"]),
        (vec![("username", json!("p".repeat(31)))], vec!["username"]),
        (vec![("username", json!("vga"))], vec!["username"]),
        (vec![("username", json!("guest"))], vec!["username"]),
        (
            vec![("password", json!("Pa5 w")), ("confirm", json!("Pa5 w"))],
            vec!["password"],
        ),
        (
            vec![
                ("password", json!("password")),
                ("confirm", json!("password")),
            ],
            vec!["password"],
        ),
        (vec![("confirm", json!("other"))], vec!["confirm"]),
        (
            vec![
                ("email", json!("x")),
                ("username", json!("x")),
                ("password", json!("x")),
            ],
            vec!["email", "username", "password", "confirm"],
        ),
    ] {
        breaks_all(signing_up(&vitrine, &changed), &properties);
    }
    signing_up(&vitrine, &[]).is(201);
    breaks_all(
        signing_up(&vitrine, &[("email", json!("other@example.com"))]),
        &["username"],
    );
    breaks_all(
        signing_up(
            &vitrine,
            &[
                ("email", json!("PUPPY@example.com")),
                ("username", json!("other")),
            ],
        ),
        &["email"],
    );
    let accounts = vitrine.run(&["account", "list"]).ended(0);
    assert_eq!(accounts.lines().len(), 2, "{}", accounts.out);
}

#[test]
fn an_account_signs_in_by_name_and_by_email_address() {
    let slink = Slink::start();
    for name in ["kitten", "kitten@example.com", "Kitten@Example.com"] {
        let tokens = signing_in(&slink.vitrine, name, PASSWORD).is(200).json();
        assert_eq!(tokens.as_object().expect("an object").len(), 2, "{tokens}");
        let token = text(&tokens["access_token"]);
        let user = slink
            .vitrine
            .send(&Request::get("/api/user").bearer(&token))
            .is(200);
        assert_eq!(user.json()["data"]["username"], "kitten");
    }
}

#[test]
fn a_wrong_password_and_an_unknown_name_are_refused_alike() {
    let slink = Slink::start();
    let vitrine = &slink.vitrine;
    wrong_password(signing_in(vitrine, "kitten", "wrong"));
    wrong_password(signing_in(vitrine, "nobody", PASSWORD));
    wrong_password(signing_in(vitrine, "", ""));
    // An account without a password cannot be signed in to.
    wrong_password(signing_in(vitrine, "owner", ""));
    wrong_password(vitrine.send(&with_json("POST", "/api/auth/login", &json!({}))));
    let body = json!({ "username": 5, "password": ["x"] });
    wrong_password(vitrine.send(&with_json("POST", "/api/auth/login", &body)));
    wrong_password(vitrine.send(&Request::post("/api/auth/login")));
}

#[test]
fn after_too_many_wrong_passwords_the_right_one_must_wait_too() {
    let slink = Slink::with(&[("rate_limit_auth_failures_per_minute", "2")]);
    for _ in 0..3 {
        signing_in(&slink.vitrine, "kitten", PASSWORD).is(200);
    }
    wrong_password(signing_in(&slink.vitrine, "kitten", "wrong"));
    wrong_password(signing_in(&slink.vitrine, "kitten", "wrong"));
    for password in ["wrong", PASSWORD] {
        let refused = signing_in(&slink.vitrine, "kitten", password);
        let after: u64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&after), "{refused}");
        let error = refusal(refused, 429);
        assert_eq!(
            error["title"],
            "Symfony.Component.HttpKernel.Exception.TooManyRequestsHttpException"
        );
    }
    // Users who are signed in already are not rate-limited.
    slink.get("/api/user").is(200);
}

#[test]
fn many_guesses_at_one_time_are_counted_each() {
    let slink = Slink::with(&[("rate_limit_auth_failures_per_minute", "3")]);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..12)
            .map(|_| scope.spawn(|| signing_in(&slink.vitrine, "kitten", "wrong").status))
            .collect();
        guesses
            .into_iter()
            .map(|guess| guess.join().expect("an answer"))
            .collect()
    });
    assert_eq!(
        statuses.iter().filter(|status| **status == 400).count(),
        3,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 429).count(),
        9,
        "{statuses:?}"
    );
}

#[test]
fn an_access_token_says_for_whom_and_for_how_long() {
    let slink = Slink::start();
    let claims = slink.token.split('.').nth(1).expect("three parts");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    let number = |name: &str| claims[name].as_i64().expect("a number");
    assert_eq!(number("exp") - number("iat"), 3600);
    assert_eq!(claims["roles"], json!(["ROLE_USER"]));
    let user = slink.get("/api/user").is(200).json();
    assert_eq!(claims["uuid"], user["data"]["id"]);
}

#[test]
fn a_refresh_token_is_good_once() {
    let slink = Slink::start();
    let vitrine = &slink.vitrine;
    let tokens = signing_in(vitrine, "kitten", PASSWORD).is(200).json();
    let first = text(&tokens["refresh_token"]);
    let (uuid, end) = first.split_once('.').expect("a dot");
    assert!(is_uuid(uuid), "{first}");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let left = end.parse::<u64>().expect("a time") - now.expect("a time").as_secs();
    assert!((2_591_900..=2_592_000).contains(&left), "{left}");

    let next = by_refresh_token(vitrine, "/api/auth/refresh", &first)
        .is(200)
        .json();
    let second = text(&next["refresh_token"]);
    assert_ne!(first, second);
    let token = text(&next["access_token"]);
    vitrine
        .send(&Request::get("/api/user").bearer(&token))
        .is(200);
    signed_out(by_refresh_token(vitrine, "/api/auth/refresh", &first));
    by_refresh_token(vitrine, "/api/auth/refresh", &second).is(200);
    for nonsense in ["", "x", &format!("{NO_ID}.9999999999")] {
        signed_out(by_refresh_token(vitrine, "/api/auth/refresh", nonsense));
    }
    signed_out(vitrine.send(&with_json("POST", "/api/auth/refresh", &json!({}))));
}

#[test]
fn two_who_refresh_at_once_with_one_token_do_not_both_get_one() {
    let slink = Slink::start();
    let tokens = signing_in(&slink.vitrine, "kitten", PASSWORD)
        .is(200)
        .json();
    let token = text(&tokens["refresh_token"]);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| by_refresh_token(&slink.vitrine, "/api/auth/refresh", &token).status)
            })
            .collect();
        tries
            .into_iter()
            .map(|one| one.join().expect("an answer"))
            .collect()
    });
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
}

#[test]
fn signing_out_ends_the_refresh_token() {
    let slink = Slink::start();
    let vitrine = &slink.vitrine;
    let tokens = signing_in(vitrine, "kitten", PASSWORD).is(200).json();
    let token = text(&tokens["refresh_token"]);
    assert!(
        by_refresh_token(vitrine, "/api/auth/logout", &token)
            .is(204)
            .body
            .is_empty()
    );
    signed_out(by_refresh_token(vitrine, "/api/auth/logout", &token));
    signed_out(by_refresh_token(vitrine, "/api/auth/refresh", &token));
}

#[test]
fn refresh_tokens_are_not_to_be_read_from_the_disk() {
    let slink = Slink::start();
    let tokens = signing_in(&slink.vitrine, "kitten", PASSWORD)
        .is(200)
        .json();
    let token = text(&tokens["refresh_token"]);
    for file in slink.vitrine.world().files("") {
        let bytes = std::fs::read(slink.vitrine.world().data().join(&file)).unwrap_or_default();
        let found = bytes
            .windows(36)
            .any(|window| window == &token.as_bytes()[..36]);
        assert!(!found, "the token is in {file}");
    }
}

#[test]
fn another_password_ends_what_was_signed_in_before() {
    let slink = Slink::start();
    let tokens = signing_in(&slink.vitrine, "kitten", PASSWORD)
        .is(200)
        .json();
    let arguments = ["account", "password", "kitten", "--password-stdin"];
    slink
        .vitrine
        .world()
        .run_with_input(&arguments, b"0ther Pass")
        .ended(0);
    wants_a_token(slink.get("/api/user"), "Invalid JWT Token");
    let refresh = text(&tokens["refresh_token"]);
    signed_out(by_refresh_token(
        &slink.vitrine,
        "/api/auth/refresh",
        &refresh,
    ));
}

#[test]
fn missing_and_wrong_tokens_get_different_errors_on_every_route_that_requires_one() {
    let slink = Slink::start();
    let key = slink.vitrine.key();
    for (method, path) in [
        ("GET", "/api/user"),
        ("GET", "/api/user/api-keys"),
        ("POST", "/api/user/api-keys"),
        ("DELETE", "/api/user/api-keys/x"),
        ("GET", "/api/user/sharex-config"),
        ("POST", "/api/user/sharex-config"),
        ("POST", "/api/upload"),
        ("PUT", "/api/upload"),
        ("GET", "/api/images"),
        ("GET", "/api/images/1"),
        ("GET", "/api/images/history"),
        ("GET", "/api/images/history/1"),
        ("GET", "/api/images/by-id"),
        ("GET", &format!("/api/image/{NO_ID}/detail")),
        ("PATCH", &format!("/api/image/{NO_ID}")),
        ("DELETE", &format!("/api/image/{NO_ID}")),
        ("PATCH", &format!("/api/admin/image/{NO_ID}")),
        ("DELETE", &format!("/api/admin/image/{NO_ID}")),
    ] {
        let request = Request::new(method, path);
        wants_a_token(slink.vitrine.send(&request), "JWT Token not found");
        // A key is no token.
        for token in ["x.y.z", key, &slink.token[1..]] {
            let request = request.clone().bearer(token);
            wants_a_token(slink.vitrine.send(&request), "Invalid JWT Token");
        }
        let basic = request.header("Authorization", "Basic a2l0dGVu");
        wants_a_token(slink.vitrine.send(&basic), "JWT Token not found");
    }
}

#[test]
fn a_token_that_was_changed_or_signs_itself_is_wrong() {
    let slink = Slink::start();
    let parts: Vec<&str> = slink.token.split('.').collect();
    let none = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#);
    for token in [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(43)),
        format!("{}.{}", parts[0], parts[1]),
    ] {
        let request = Request::get("/api/user").bearer(&token);
        wants_a_token(slink.vitrine.send(&request), "Invalid JWT Token");
    }
}
