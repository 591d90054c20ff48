//! Serving laptops and browsers until Ctrl-C or SIGTERM.

use super::args::ServeArgs;
use super::print::Printer;
use bangban_center::backup::Plan;
use bangban_center::console::{Console, Door, Settings};
use bangban_center::http::{may_be_plain, router, serve, serve_plain};
use bangban_center::{Center, CenterError};
use bangban_model::Code;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

/// Whether a copy is due is looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(600);
/// So many threads work at what blocks (files, the database); each of hundreds would take memory of its own.
const MOST_THREADS: usize = 64;

/// Listens, says where in one JSON line, and serves.
pub fn run(center: Center, args: ServeArgs, out: &Printer) -> Result<(), CenterError> {
    let config = center.identity().tls_identity()?.server_config()?;
    let settings = settings_of(&args)?;
    center.tidy_up();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(MOST_THREADS)
        .enable_all()
        .build()?;
    runtime.block_on(async move {
        let laptops = TcpListener::bind(&args.listen).await?;
        let browsers = bind_plain(&args.console).await?;
        let address = laptops.local_addr()?.to_string();
        let dialled = args.address.clone().unwrap_or_else(|| reachable(laptops.local_addr().ok(), &address));
        center.folder().keep_address(&dialled)?;
        let (end, ending) = watch::channel(false);
        let console = Console::open(center.clone(), settings, ending.clone())?;
        let line = json!({
            "address": address, "console": format!("http://{}/", browsers.local_addr()?),
            "center": center.identity().name, "pid": std::process::id(),
        });
        if let Some(place) = args.backup_to.clone() {
            let plan = Plan { place, at: args.backup_at, keep: usize::from(args.backup_keep) };
            tokio::spawn(back_up_daily(center.clone(), plan));
        }
        let both = router(Arc::new(center)).merge(console.router(Door::Tls));
        let plain = console.router(Door::Loopback);
        out.line(&line.to_string());
        let told = |mut ending: watch::Receiver<bool>| async move {
            let _ = ending.wait_for(|ending| *ending).await;
        };
        let ended = async {
            until_told().await;
            // Streams end first: nothing else would end them before the time for it is over.
            let _ = end.send(true);
            Ok(())
        };
        tokio::try_join!(
            ended,
            serve(laptops, config, both, told(ending.clone())),
            serve_plain(browsers, plain, told(ending)),
        )?;
        Ok(())
    })
}

/// Looks every few minutes whether a copy is due, and makes it. Whoever looks at the console sees what became of it.
async fn back_up_daily(center: Center, plan: Plan) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let plan = plan.clone();
        let outcome = center.blocking(move |center| center.back_up_daily(&plan));
        if let Err(problem) = outcome.await {
            tracing::error!(%problem, "no backup was made");
        }
    }
}

fn settings_of(args: &ServeArgs) -> Result<Settings, CenterError> {
    let about = |what: &str| CenterError::About(Code::BadInput, what.to_owned());
    let origin = args.console_origin.as_deref().map(|origin| origin.trim_end_matches('/').to_owned());
    let is_origin = |origin: &String| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        host.is_some_and(|host| !host.is_empty() && !host.contains('/'))
    };
    if origin.as_ref().is_some_and(|origin| !is_origin(origin)) {
        return Err(about("console-origin"));
    }
    if !(1..=12 * 60).contains(&args.idle_minutes) {
        return Err(about("idle-minutes"));
    }
    Ok(Settings {
        idle_minutes: args.idle_minutes,
        origin,
        address: args.address.clone(),
        ..Settings::default()
    })
}

/// What laptops dial where the listener takes every address of this machine: the one by which it reaches others. No
/// packet is sent to find out.
fn reachable(listening: Option<SocketAddr>, said: &str) -> String {
    let Some(listening) = listening.filter(|address| address.ip().is_unspecified()) else {
        return said.to_owned();
    };
    let probe = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        // An address that is nobody's: documentation only (RFC 5737).
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    let own = probe.ok().filter(|own| !own.ip().is_unspecified());
    own.map_or_else(|| said.to_owned(), |own| SocketAddr::new(own.ip(), listening.port()).to_string())
}

/// Plain HTTP goes nowhere but to this machine: another address is refused before anything listens.
async fn bind_plain(address: &str) -> Result<TcpListener, CenterError> {
    let wrong = || CenterError::About(Code::BadInput, "console".to_owned());
    let addresses = tokio::net::lookup_host(address).await.map_err(|_| wrong())?;
    let addresses: Vec<SocketAddr> = addresses.collect();
    if addresses.is_empty() || !addresses.iter().all(may_be_plain) {
        return Err(wrong());
    }
    Ok(TcpListener::bind(addresses.as_slice()).await?)
}

async fn until_told() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
