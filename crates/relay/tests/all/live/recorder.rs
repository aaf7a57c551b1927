//! Fail-closed: without a recorder nothing goes either way.

use super::*;

#[tokio::test(start_paused = true)]
async fn at37_a_recorder_that_dies_freezes_and_ends_the_session() {
    let mut scene = Scene::new().await;
    let mut owner = scene.control().await;
    scene.target.says("recorded").await;
    owner.sees("recorded").await;
    // The disk goes away; the next chunk that is due finds out.
    std::fs::remove_file(scene.lab.spool_file(SESSION)).unwrap();
    scene.target.says("perhaps shown, never durable").await;
    let frozen = owner.event(is_frozen).await;
    assert!(matches!(&frozen, Event::Frozen(reason) if reason.code == EndCode::RecorderFailed));
    // The session may be gone already, or take this and drop it.
    let _ = owner.writer.input(Bytes::from_static(b"never sent")).await;
    assert_eq!(owner.closed().await, CloseReason::Ended);
    assert!(scene.target.input.recv().await.is_none());
    let end = scene.ended().await;
    assert_eq!(end.reason.code, EndCode::RecorderFailed);
    assert!(end.sealed.is_err(), "left in the spool as incomplete");
}
