//! The agent's desktop window. The shell holds no rule of the trade: what the screens ask goes to `desk` and back.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod choose;
mod door;
#[cfg(target_os = "linux")]
mod frugal;
mod notice;
mod photo;

use bangban_desk::keyring;
use bangban_desk::link::{Link, SystemLink};
use bangban_desk::office::{Derivation, Event, Office, Opening};
use bangban_desk::preferences::Preferences;
use bangban_model::clock::SystemClock;
use clap::Parser;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager, WebviewUrl, WebviewWindowBuilder};

/// The screens are made for 1366 × 768; the window opens a little smaller, so that a task bar fits.
const SIZE: (f64, f64) = (1366.0, 728.0);
/// Below this nothing is cut off, but the columns stand below each other.
const LEAST_SIZE: (f64, f64) = (960.0, 600.0);

/// The agent's ledger of cases in a window.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// The ledger's folder; the usual place of this user's programs where none is named.
    #[arg(long)]
    ledger: Option<PathBuf>,
    /// How long deriving a key from a new PIN should take here, in milliseconds; 0 for the least that is allowed.
    #[arg(long, default_value_t = 1000)]
    derivation_ms: u64,
    /// Report only when told to: what the tests of the screens need.
    #[arg(long)]
    by_hand: bool,
}

fn main() {
    bangban_desk::keep_to_itself();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    #[cfg(target_os = "linux")]
    frugal::begin_frugally();
    let args = Args::parse();
    let Some(folder) = args.ledger.clone().or_else(usual_folder) else {
        tracing::error!("this user has no folder for programs: name one with --ledger");
        std::process::exit(2);
    };
    let outcome = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![door::call, choose::choose])
        .register_asynchronous_uri_scheme_protocol("photo", photo::answer)
        .setup(move |app| {
            app.manage(open_office(app.handle(), folder, &args));
            open_window(app.handle())?;
            Ok(())
        })
        .run(tauri::generate_context!());
    if let Err(problem) = outcome {
        tracing::error!(%problem, "the window cannot be opened");
        std::process::exit(1);
    }
}

fn usual_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("cn", "bangban", "bangban")
        .map(|folders| folders.data_dir().join("ledger"))
}

fn open_office(app: &AppHandle, folder: PathBuf, args: &Args) -> Arc<Office> {
    let app = app.clone();
    let preferred = folder.clone();
    let link: Option<Arc<dyn Link>> = if args.by_hand { None } else { Some(Arc::new(SystemLink)) };
    Office::open(Opening {
        folder,
        clock: Arc::new(SystemClock),
        keyring: keyring::of_this_machine(),
        derivation: match args.derivation_ms {
            0 => Derivation::AtItsFloor,
            taking => Derivation::Taking(Duration::from_millis(taking)),
        },
        first_pause: Duration::from_secs(15),
        runtime: tauri::async_runtime::handle().inner().clone(),
        listener: Arc::new(move |event| {
            if let Event::Returned { cases } = &event {
                tell_returned(&preferred, *cases);
            }
            if let Err(problem) = app.emit("desk", event) {
                tracing::warn!(%problem, "the screen did not hear an event");
            }
        }),
        link,
    })
}

/// A word on the desktop that work came back: how much, and nothing of whom.
fn tell_returned(folder: &Path, cases: u64) {
    let words = choose::words(Preferences::read(folder).language());
    let title = words.say("returned.title", &[]);
    let text = words.say("returned.text", &[("n", &cases.to_string())]);
    std::thread::spawn(move || notice::show(&title, &text));
}

/// One window that shows the embedded screens only, and in which nothing is kept when it closes.
fn open_window(app: &AppHandle) -> tauri::Result<()> {
    let office = app.state::<Arc<Office>>();
    let words = choose::words(office.preferences().language());
    // WebKit lets a WebDriver into no private window; the driver itself sets this for the program it starts.
    let driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some();
    let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title(words.say("title", &[]))
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
        .incognito(!driven)
        .disable_drag_drop_handler()
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .build()?;
    #[cfg(target_os = "linux")]
    window.with_webview(|webview| spare_memory(&webview.inner()))?;
    #[cfg(not(target_os = "linux"))]
    let _ = window;
    Ok(())
}

/// Office machines have little memory and no graphics card to speak of: pages are painted plainly, and none is kept for
/// going back to.
#[cfg(target_os = "linux")]
fn spare_memory(webview: &webkit2gtk::WebView) {
    use webkit2gtk::{CacheModel, HardwareAccelerationPolicy, SettingsExt, WebContextExt, WebViewExt};
    if let Some(settings) = WebViewExt::settings(webview) {
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        settings.set_enable_page_cache(false);
    }
    if let Some(context) = webview.context() {
        context.set_cache_model(CacheModel::DocumentViewer);
    }
}
