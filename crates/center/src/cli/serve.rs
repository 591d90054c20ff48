//! Serving laptops until Ctrl-C or SIGTERM.

use super::print::Printer;
use bangban_center::http::{router, serve};
use bangban_center::tls::TlsIdentity;
use bangban_center::{Center, CenterError};
use bangban_model::Code;
use serde_json::json;
use std::sync::Arc;

/// Listens, says where in one JSON line, and serves.
pub fn run(center: Center, listen: &str, out: &Printer) -> Result<(), CenterError> {
    let tls = center.identity().tls.as_ref().ok_or(Code::CenterMissing)?;
    let tls = TlsIdentity::from_pem(&tls.certificate_pem, &tls.key_pem).map_err(unusable)?;
    let config = tls.server_config().map_err(unusable)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let address = listener.local_addr()?.to_string();
        center.folder().keep_address(&address)?;
        let line = json!({"address": address, "center": center.identity().name, "pid": std::process::id()});
        out.line(&line.to_string());
        serve(listener, config, router(Arc::new(center)), until_told()).await?;
        Ok(())
    })
}

fn unusable(problem: bangban_center::tls::TlsProblem) -> CenterError {
    CenterError::About(Code::LedgerDamaged, problem.to_string())
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
