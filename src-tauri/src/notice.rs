//! A notice on the desktop, by the means that every desktop has: the notifications service of freedesktop.org over D-Bus on
//! Linux, a toast on Windows. Where there is none, nothing is shown: the list of today says the same.

use std::process::{Command, Stdio};

/// Shows a notice; blocks until the system took it.
pub fn show(title: &str, text: &str) {
    let shown = commands(title, text).into_iter().any(|mut command| {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    });
    if !shown {
        tracing::debug!("this desktop shows no notices");
    }
}

/// `gdbus` comes with GLib, which the window needs anyway; some desktops have `notify-send` beside it.
#[cfg(not(windows))]
fn commands(title: &str, text: &str) -> Vec<Command> {
    let mut gdbus = Command::new("gdbus");
    gdbus.args(["call", "--session", "--dest=org.freedesktop.Notifications"]);
    gdbus.args([
        "--object-path=/org/freedesktop/Notifications",
        "--method=org.freedesktop.Notifications.Notify",
    ]);
    gdbus.args(["--", &quoted("帮办"), "uint32 0", &quoted(""), &quoted(title), &quoted(text)]);
    gdbus.args(["@as []", "@a{sv} {}", "10000"]);
    let mut notify_send = Command::new("notify-send");
    notify_send.args(["--app-name=帮办", "--", title, text]);
    vec![gdbus, notify_send]
}

/// A text as GVariant reads it.
#[cfg(not(windows))]
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .filter(|character| !character.is_control())
        .flat_map(|character| match character {
            '\'' | '\\' => vec!['\\', character],
            other => vec![other],
        })
        .collect();
    format!("'{escaped}'")
}

#[cfg(windows)]
fn commands(title: &str, text: &str) -> Vec<Command> {
    use std::os::windows::process::CommandExt;
    const NO_WINDOW: u32 = 0x0800_0000;
    // The texts come in by the environment, so that nothing of them is read as a command.
    const TOAST: &str = "[void][Windows.UI.Notifications.ToastNotificationManager,Windows.UI.Notifications,ContentType=WindowsRuntime]; \
        $xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent(1); \
        $texts = $xml.GetElementsByTagName('text'); \
        [void]$texts.Item(0).AppendChild($xml.CreateTextNode($env:BANGBAN_TITLE)); \
        [void]$texts.Item(1).AppendChild($xml.CreateTextNode($env:BANGBAN_TEXT)); \
        [Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier('Bangban').Show( \
        [Windows.UI.Notifications.ToastNotification]::new($xml))";
    let mut shell = Command::new("powershell.exe");
    shell.args(["-NoProfile", "-NonInteractive", "-Command", TOAST]).creation_flags(NO_WINDOW);
    shell.env("BANGBAN_TITLE", title).env("BANGBAN_TEXT", text);
    vec![shell]
}

#[cfg(all(test, not(windows)))]
mod tests {
    use super::quoted;

    #[test]
    fn a_text_cannot_leave_its_quotes() {
        assert_eq!(quoted("退回了 2 件"), "'退回了 2 件'");
        assert_eq!(quoted("it's \\ a\ntrap"), r"'it\'s \\ atrap'");
    }
}
