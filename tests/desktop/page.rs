//! What the page in the window may not do, whatever runs in it.

use crate::one_window_at_a_time;
use crate::session::Session;
use crate::webdriver::Window;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_page_reaches_nothing_that_it_was_not_granted() {
    let _alone = one_window_at_a_time().await;
    let desktop = Session::start();
    let window = Window::open(&desktop).await;

    for command in [
        "plugin:dialog|open",
        "plugin:window|set_title",
        "plugin:webview|create_webview_window",
        "plugin:event|emit",
        "plugin:path|resolve_directory",
        "no_such_command",
    ] {
        let asked = format!(
            "return window.__TAURI_INTERNALS__.invoke('{command}', {{}}).then(() => 'granted', String)"
        );
        let answer = window.ask(&asked).await;
        let answer = answer.as_str().expect("a refusal");
        let refused = answer.contains("not allowed") || answer.contains("not found");
        assert!(refused, "{command}: {answer}");
    }
    for address in [
        "http://127.0.0.1:4870/",
        "https://example.com/",
        "file:///etc/passwd",
        "app://localhost/thumbnails/../uploads.db",
    ] {
        let asked = format!("return fetch('{address}').then((answer) => answer.ok, () => false)");
        assert_eq!(window.ask(&asked).await, false, "{address}");
    }
    let evaluated = "try { return eval('true') } catch { return false }";
    let inserted = "const script = document.createElement('script'); \
                    script.textContent = 'window.inserted = true'; \
                    document.head.append(script); \
                    return window.inserted === true";
    assert_eq!(window.ask(inserted).await, false, "inline scripts");
    assert_eq!(window.ask(evaluated).await, false, "eval");

    window.ask("location.href = 'https://example.com/'").await;
    window.ask("window.open('https://example.com/')").await;
    window
        .until(
            "the app's own page",
            "return location.protocol === 'tauri:'",
        )
        .await;
}
