//! The window as a person uses it, driven by WebKit's own driver over plain HTTP: find, click, read.

use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::session::{Session, target_folder};

/// One running app with its window.
pub struct Window {
    driver: Child,
    address: String,
    session: String,
    http: reqwest::Client,
}

impl Window {
    /// Starts the app and waits until its page can be asked things.
    pub async fn open(desktop: &Session) -> Window {
        let program = target_folder().join("vitrine-desktop");
        assert!(
            program.exists(),
            "{} is missing; run `cargo build --workspace` first",
            program.display()
        );
        let port = free_port();
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(desktop.home.path().join("app.log"))
            .expect("a file for the app's log");
        let driver = desktop
            .command("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log, twice"))
            .stderr(log)
            .spawn()
            .expect("WebKitWebDriver starts");
        let mut window = Window {
            driver,
            address: format!("http://127.0.0.1:{port}"),
            session: String::new(),
            http: http(),
        };
        window.wait_for_driver().await;
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "webkitgtk:browserOptions": {"binary": program, "args": []}
        }}});
        let answer = window.post("/session", wanted).await;
        window.session = answer["sessionId"].as_str().expect("a session").to_owned();
        window
            .until(
                "the server to run",
                "return !!document.querySelector('[data-server=running]')",
            )
            .await;
        window
    }

    /// What a script in the page returns.
    pub async fn ask(&self, script: &str) -> Value {
        let path = format!("/session/{}/execute/sync", self.session);
        self.post(&path, json!({"script": script, "args": []}))
            .await
    }

    /// Asks the page again until a script returns something true; returns that.
    pub async fn until(&self, what: &str, script: &str) -> Value {
        for _ in 0..600 {
            let answer = self.ask(script).await;
            if !matches!(answer, Value::Null | Value::Bool(false)) {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let page = self.ask("return document.body.innerText").await;
        panic!("waited 30 s in vain for {what}; the page says: {page}");
    }

    /// Clicks what a CSS selector finds, as a mouse does.
    pub async fn click(&self, selector: &str) {
        let path = format!("/session/{}/element", self.session);
        let found = self
            .post(&path, json!({"using": "css selector", "value": selector}))
            .await;
        let element = found
            .as_object()
            .and_then(|ids| ids.values().next())
            .and_then(Value::as_str)
            .expect("an element");
        let path = format!("/session/{}/element/{element}/click", self.session);
        self.post(&path, json!({})).await;
    }

    /// The process of the app itself, a child of the driver.
    pub fn pid(&self) -> u32 {
        let children = format!("/proc/{0}/task/{0}/children", self.driver.id());
        let children = std::fs::read_to_string(children).expect("the driver's children");
        children
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok())
            .find(|pid| {
                std::fs::read_to_string(format!("/proc/{pid}/comm"))
                    .is_ok_and(|name| name.trim() == "vitrine-desktop")
            })
            .expect("the running app")
    }

    async fn wait_for_driver(&self) {
        for _ in 0..200 {
            if self
                .http
                .get(format!("{}/status", self.address))
                .send()
                .await
                .is_ok()
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("WebKitWebDriver did not answer within 10 s");
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self
            .http
            .post(format!("{}{path}", self.address))
            .body(body.to_string())
            .send()
            .await
            .unwrap_or_else(|error| panic!("the window is gone: {error}"));
        let status = answer.status();
        let text = answer.text().await.expect("the driver's answer");
        let mut answer: Value = serde_json::from_str(&text).expect("the driver speaks JSON");
        assert!(status.is_success(), "{path}: {text}");
        answer["value"].take()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A client without a proxy: all that these tests talk to is this computer.
pub fn http() -> reqwest::Client {
    // A second client in the same process finds the provider there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("an HTTP client")
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}
