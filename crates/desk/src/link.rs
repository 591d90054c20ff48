//! What a laptop can know of its connection without sending anything: by which of its addresses it would reach the center,
//! and whether the system calls the connection metered.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A program of the system that says nothing for so long is not waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// The laptop's connection, as the system sees it. Every question blocks for a moment.
pub trait Link: Send + Sync {
    /// The own address by which the center (`host:port`) would be reached; none where there is no way to it now.
    fn way_out(&self, center: &str) -> Option<IpAddr>;
    /// Whether what passes is paid for by its amount; none where the system does not say.
    fn metered(&self) -> Option<bool>;
}

/// The connection of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLink;

impl Link for SystemLink {
    /// A datagram socket that is connected sends nothing: the system only looks up the route.
    fn way_out(&self, center: &str) -> Option<IpAddr> {
        let to = center.to_socket_addrs().ok()?.next()?;
        let any: SocketAddr = match to {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(any).ok()?;
        socket.connect(to).ok()?;
        Some(socket.local_addr().ok()?.ip())
    }

    fn metered(&self) -> Option<bool> {
        system_says_metered()
    }
}

/// NetworkManager's property `Metered`, over the system's own command line.
#[cfg(target_os = "linux")]
fn system_says_metered() -> Option<bool> {
    const NETWORK_MANAGER: &str = "org.freedesktop.NetworkManager";
    let asked =
        ["--system", "get-property", NETWORK_MANAGER, "/org/freedesktop/NetworkManager", NETWORK_MANAGER];
    let mut busctl = Command::new("busctl");
    busctl.args(asked).arg("Metered");
    said(&mut busctl).and_then(|text| metered_by_network_manager(&text))
}

/// The cost of the connection that Windows goes out by.
#[cfg(windows)]
fn system_says_metered() -> Option<bool> {
    use std::os::windows::process::CommandExt;
    const NO_WINDOW: u32 = 0x0800_0000;
    const ASKED: &str = "[void][Windows.Networking.Connectivity.NetworkInformation,Windows,ContentType=WindowsRuntime]; \
        [Windows.Networking.Connectivity.NetworkInformation]::GetInternetConnectionProfile().GetConnectionCost().NetworkCostType";
    let mut shell = Command::new("powershell.exe");
    shell.args(["-NoProfile", "-NonInteractive", "-Command", ASKED]).creation_flags(NO_WINDOW);
    said(&mut shell).and_then(|text| metered_by_windows(&text))
}

#[cfg(not(any(target_os = "linux", windows)))]
fn system_says_metered() -> Option<bool> {
    None
}

/// `u 1` and so on: 1 yes, 2 no, 3 and 4 a guess at them, 0 unknown.
#[cfg_attr(not(any(target_os = "linux", test)), allow(dead_code))]
fn metered_by_network_manager(text: &str) -> Option<bool> {
    match text.trim().strip_prefix("u ")?.trim() {
        "1" | "3" => Some(true),
        "2" | "4" => Some(false),
        _ => None,
    }
}

#[cfg_attr(not(any(windows, test)), allow(dead_code))]
fn metered_by_windows(text: &str) -> Option<bool> {
    match text.trim() {
        "Fixed" | "Variable" => Some(true),
        "Unrestricted" => Some(false),
        _ => None,
    }
}

/// What a program says, if it is there, succeeds and does not take too long.
#[cfg_attr(not(any(target_os = "linux", windows, test)), allow(dead_code))]
fn said(command: &mut Command) -> Option<String> {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = quiet.spawn().ok()?;
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => break,
            Ok(None) if begun.elapsed() < ANSWER_WITHIN => std::thread::sleep(Duration::from_millis(20)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
    let said = child.wait_with_output().ok()?;
    String::from_utf8(said.stdout).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_way_out_is_known_without_sending_anything() {
        // Nobody listens there: a datagram socket does not ask.
        assert_eq!(SystemLink.way_out("127.0.0.1:9"), Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        assert_eq!(SystemLink.way_out("no address"), None);
    }

    #[test]
    fn what_the_system_says_of_metered_connections_is_read() {
        let linux = ["u 0\n", "u 1\n", "u 2\n", "u 3\n", "u 4\n", "garbage"].map(metered_by_network_manager);
        assert_eq!(linux, [None, Some(true), Some(false), Some(true), Some(false), None]);
        let windows = ["Fixed\r\n", "Variable", "Unrestricted", "Unknown"].map(metered_by_windows);
        assert_eq!(windows, [Some(true), Some(true), Some(false), None]);
    }

    #[test]
    fn a_program_that_is_missing_or_fails_says_nothing() {
        assert_eq!(said(&mut Command::new("no-such-program-anywhere")), None);
        assert_eq!(said(&mut Command::new("false")), None);
    }
}
