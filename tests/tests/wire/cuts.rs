//! What passes when the link breaks: what came before stays good, and the next exchange goes through.

use crate::small_center::*;
use bangban_sync::SyncError;
use bangban_sync::client::Patience;
use bangban_tests::cutting_proxy::{Cut, CuttingProxy, Manner};
use std::time::Duration;

const COUNT: u64 = 12;

/// Bytes of one whole exchange in both directions, on a connection of its own.
async fn whole_exchange(served: &Served) -> (u64, u64) {
    let proxy = CuttingProxy::start(served.address, Cut::NEVER).await.unwrap();
    let client = served.client_at(proxy.address(), Patience::default());
    assert_eq!(ask(&client, GOOD, COUNT).await.0, answer(COUNT));
    (client.sent_bytes(), client.received_bytes())
}

async fn exchange_cut(served: &Served, cut: Cut) {
    served.center.entries.lock().unwrap().clear();
    let proxy = CuttingProxy::start(served.address, cut).await.unwrap();
    let client = served.client_at(proxy.address(), Patience::default());
    let (got, error) = ask(&client, GOOD, COUNT).await;
    let error = error.unwrap_or_else(|| panic!("{cut:?}: nothing was cut"));
    assert!(matches!(error, SyncError::Cut(_) | SyncError::Unreachable(_)), "{cut:?}: {error:?}");
    assert!(error.is_passing());
    assert!(answer(COUNT).starts_with(&got), "{cut:?}: a wrong line");
    let kept = served.center.entries.lock().unwrap().clone();
    assert!(lines(COUNT).starts_with(&kept), "{cut:?}: the center took in a wrong line");
    proxy.set_cut(Cut::NEVER);
    let (got, error) = ask(&client, GOOD, COUNT).await;
    assert!(error.is_none() && got == answer(COUNT), "{cut:?}: the next exchange goes through: {error:?}");
}

#[tokio::test]
async fn an_exchange_cut_at_every_97th_byte_up_gives_a_clean_prefix() {
    let served = Served::start().await;
    let (up, _) = whole_exchange(&served).await;
    for bytes in (0..up - 1).step_by(97) {
        for manner in [Manner::Close, Manner::Reset] {
            exchange_cut(&served, Cut::up(bytes, manner)).await;
        }
    }
}

#[tokio::test]
async fn an_exchange_cut_at_every_97th_byte_down_gives_a_clean_prefix() {
    let served = Served::start().await;
    let (_, down) = whole_exchange(&served).await;
    for bytes in (0..down - 1).step_by(97) {
        for manner in [Manner::Close, Manner::Reset] {
            exchange_cut(&served, Cut::down(bytes, manner)).await;
        }
    }
}

#[tokio::test]
async fn a_link_that_falls_silent_is_left_and_dialled_again() {
    let served = Served::start().await;
    let (up, down) = whole_exchange(&served).await;
    let silent = Manner::Silence;
    for cut in [Cut::up(up / 2, silent), Cut::up(up - 1, silent), Cut::down(down - 50, silent)] {
        let proxy = CuttingProxy::start(served.address, cut).await.unwrap();
        let patience = Patience { progress: Duration::from_millis(300), ..Patience::default() };
        let client = served.client_at(proxy.address(), patience);
        let (got, error) = ask(&client, GOOD, COUNT).await;
        assert!(matches!(error, Some(SyncError::Cut(_) | SyncError::Unreachable(_))), "{error:?}");
        assert!(answer(COUNT).starts_with(&got));
        proxy.set_cut(Cut::NEVER);
        assert_eq!(ask(&client, GOOD, COUNT).await.0, answer(COUNT));
    }
}

#[tokio::test]
async fn a_center_that_breaks_off_midway_gives_what_came_before_and_a_cut() {
    let served = Served::start().await;
    let client = served.client();
    let (got, error) = ask(&client, MIDWAY, COUNT).await;
    assert_eq!(got, answer(COUNT)[..1]);
    assert!(matches!(error, Some(SyncError::Cut(_))), "{error:?}");
    assert!(ask(&client, GOOD, COUNT).await.1.is_none());
}

#[tokio::test]
async fn a_center_that_never_answers_is_a_cut() {
    let served = Served::start().await;
    let patience = Patience { progress: Duration::from_millis(300), ..Patience::default() };
    let client = served.client_at(served.address, patience);
    let (got, error) = ask(&client, SILENT, COUNT).await;
    assert!(got.is_empty() && matches!(error, Some(SyncError::Cut(_))), "{error:?}");
    assert_eq!(served.center.entries.lock().unwrap().len() as u64, COUNT, "everything had arrived");
}

#[tokio::test]
async fn a_waiting_connection_that_died_is_replaced_without_a_word() {
    let served = Served::start().await;
    let (up, _) = whole_exchange(&served).await;
    // The first exchange goes through; the connection dies under the second.
    let proxy = CuttingProxy::start(served.address, Cut::up(up + 20, Manner::Reset)).await.unwrap();
    let client = served.client_at(proxy.address(), Patience::default());
    assert!(ask(&client, GOOD, COUNT).await.1.is_none());
    proxy.set_cut(Cut::NEVER);
    let second = ask(&client, GOOD, COUNT).await.1;
    assert!(
        matches!(second, Some(SyncError::Cut(_))),
        "a request that was begun is not sent twice: {second:?}"
    );
    assert!(ask(&client, GOOD, COUNT).await.1.is_none());

    let patience = Patience { idle: Duration::ZERO, ..Patience::default() };
    let client = served.client_at(proxy.address(), patience);
    let before = proxy.connections();
    for _ in 0..2 {
        assert!(ask(&client, GOOD, COUNT).await.1.is_none());
    }
    assert_eq!(proxy.connections() - before, 2, "a connection that waited too long is not used");
}
