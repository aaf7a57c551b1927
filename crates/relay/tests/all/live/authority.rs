//! The lease and the limits: who ends a session, and when. All by a clock that the test moves.

use super::*;

#[tokio::test(start_paused = true)]
async fn at44_a_revoke_kills_input_tells_why_and_closes_within_a_second() {
    for code in [
        EndCode::GrantRevoked,
        EndCode::GrantExpired,
        EndCode::OutsideHours,
        EndCode::UserDisabled,
        EndCode::OrganizationSuspended,
        EndCode::AssetChanged,
    ] {
        let mut scene = Scene::new().await;
        let mut owner = scene.slow_control().await;
        let mut watcher = scene.slow_watch().await;
        // The client has not taken what was shown last; the reason must not wait behind it.
        scene.target.says("much output").await;
        owner.sees("much").await;
        scene.target.says("more output").await;
        let from = Instant::now();
        scene.session.revoke(reason(code));
        owner.types("rm -rf /\r").await;

        let told =
            [ToClient::Event(Event::Frozen(reason(code))), ToClient::Event(Event::Ended(reason(code)))];
        for client in [&mut owner, &mut watcher] {
            let rest = client.rest().await;
            let events: Vec<_> = rest
                .into_iter()
                .filter(|it| matches!(it, ToClient::Event(Event::Frozen(_) | Event::Ended(_))))
                .collect();
            assert_eq!(events, told);
        }
        let end = scene.ended().await;
        assert!(from.elapsed() < Duration::from_secs(1));
        assert_eq!(end.reason, reason(code));
        assert!(scene.target.input.recv().await.is_none(), "nothing reached the target");
        assert!(scene.target.output.is_closed(), "the connection to the target is closed");
        assert_eq!(scene.registry.count(), 0);
        assert_eq!(end.sealed.as_ref().unwrap().end_code, code.as_str());
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_is_cut_soon_after_an_enforced_end() {
    let scene = Scene::new().await;
    let client = scene.slow_control().await;
    let cut = tokio::spawn({
        let writer = client.writer.clone();
        async move { writer.cut().await }
    });
    sleep(Duration::from_secs(1)).await;
    assert!(!cut.is_finished());
    let from = Instant::now();
    scene.session.revoke(reason(EndCode::GrantRevoked));
    cut.await.unwrap();
    assert!(from.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn l05_authority_unheard_freezes_at_5_s_thaws_when_heard_and_ends_at_30_s() {
    let mut scene = Scene::new().await;
    let mut owner = scene.control().await;
    sleep(Duration::from_secs(20)).await;
    assert!(matches!(scene.state(), State::Live));

    scene.renewing.abort();
    let from = Instant::now();
    let frozen = owner.event(is_frozen).await;
    let held = from.elapsed();
    assert!(held > Duration::from_secs(4) && held <= Duration::from_secs(5), "{held:?}");
    assert!(matches!(frozen, Event::Frozen(reason) if reason.code == EndCode::AuthorityLost));
    owner.types("lost").await;
    scene.target.says("output goes on").await;
    owner.sees("output goes on").await;

    scene.session.renew(Instant::now());
    owner.event(|event| *event == Event::Thawed).await;
    owner.types("heard").await;
    assert_eq!(scene.target.hears().await, typed("heard"));

    let from = Instant::now();
    let end = scene.ended().await;
    let lasted = from.elapsed();
    assert_eq!(end.reason.code, EndCode::AuthorityLost);
    assert!(lasted > Duration::from_secs(29) && lasted <= Duration::from_secs(30), "{lasted:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_an_old_question_does_not_extend_the_lease() {
    let scene = Scene::new().await;
    let _owner = scene.control().await;
    scene.renewing.abort();
    let asked = Instant::now();
    sleep(Duration::from_secs(10)).await;
    scene.session.renew(asked);
    sleep(Duration::from_secs(1)).await;
    assert!(matches!(scene.state(), State::Frozen(_)));
}

#[tokio::test(start_paused = true)]
async fn freeze_holds_input_until_thawed_and_loses_no_resize() {
    let mut scene = Scene::new().await;
    let mut owner = scene.control().await;
    scene.session.freeze(reason(EndCode::AuthorityLost));
    owner.event(is_frozen).await;
    assert!(matches!(scene.state(), State::Frozen(_)));
    owner.types("not sent").await;
    owner.writer.resize(90, 30).await.unwrap();
    // A second tab learns of the hold as well.
    let mut again = scene.control().await;
    again.event(is_frozen).await;
    again.writer.resize(91, 31).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    assert!(scene.target.input.try_recv().is_err());

    scene.session.thaw();
    again.event(|event| *event == Event::Thawed).await;
    assert_eq!(scene.target.hears().await, TargetInput::Resize(TermSize { cols: 91, rows: 31 }));
    again.types("sent").await;
    assert_eq!(scene.target.hears().await, typed("sent"));
}

#[tokio::test(start_paused = true)]
async fn nothing_typed_for_the_idle_time_warns_and_then_ends() {
    let limits = Limits { idle: Some(Duration::from_mins(10)), ..Limits::default() };
    let mut scene = Scene::with(limits).await;
    let mut owner = scene.control().await;
    sleep(Duration::from_mins(5)).await;
    owner.types("x").await;
    scene.target.hears().await;
    let from = Instant::now();
    // Output and a resize are not typing.
    scene.target.says("output").await;
    owner.sees("output").await;
    owner.writer.resize(80, 25).await.unwrap();
    let warning = owner.event(|event| matches!(event, Event::Warning { .. })).await;
    assert!(
        matches!(warning, Event::Warning { code: EndCode::IdleTimeout, in_seconds: 60, .. }),
        "{warning:?}"
    );
    assert!((539..=540).contains(&from.elapsed().as_secs()));
    let end = scene.ended().await;
    assert!((599..=600).contains(&from.elapsed().as_secs()));
    assert_eq!(end.reason.code, EndCode::IdleTimeout);
    assert_eq!(&*end.reason.message, "The session ended because nothing was typed for 10 minutes.");
}

#[tokio::test(start_paused = true)]
async fn the_longest_time_and_a_known_expiry_warn_and_end() {
    let limits = Limits { max: Some(Duration::from_mins(30)), ..Limits::default() };
    let scene = Scene::with(limits).await;
    let mut owner = scene.control().await;
    let expiry = Instant::now() + Duration::from_mins(20);
    scene.session.set_ends_at(Some((expiry, reason(EndCode::GrantExpired))));
    sleep(Duration::from_secs(19 * 60 + 10)).await;
    let warning = owner.event(|event| matches!(event, Event::Warning { .. })).await;
    assert!(matches!(warning, Event::Warning { code: EndCode::GrantExpired, .. }));
    // The grant was extended in time.
    scene.session.set_ends_at(None);
    sleep(Duration::from_mins(10)).await;
    let warning = owner.event(|event| matches!(event, Event::Warning { .. })).await;
    assert!(matches!(warning, Event::Warning { code: EndCode::MaxDuration, .. }));
    sleep(Duration::from_mins(1)).await;
    assert_eq!(scene.ended().await.reason.code, EndCode::MaxDuration);
}

#[tokio::test(start_paused = true)]
async fn a_known_expiry_ends_the_session_by_itself() {
    let scene = Scene::new().await;
    let _owner = scene.control().await;
    let expiry = Instant::now() + Duration::from_secs(3);
    scene.session.set_ends_at(Some((expiry, reason(EndCode::GrantExpired))));
    let end = scene.ended().await;
    assert_eq!(end.reason, reason(EndCode::GrantExpired));
    assert_eq!(Instant::now().duration_since(expiry).as_millis(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_first_end_counts_and_names_who_wanted_it() {
    let scene = Scene::new().await;
    let mut owner = scene.control().await;
    scene.session.end(reason(EndCode::EndedByAdmin), Some(boris()));
    scene.session.revoke(reason(EndCode::GrantRevoked));
    assert_eq!(owner.closed().await, CloseReason::Ended);
    let end = scene.ended().await;
    assert_eq!((end.reason.code, end.by.as_ref()), (EndCode::EndedByAdmin, Some(&boris())));
    assert!(scene.session.attach(anna(), Mode::Control).await.is_err());
    assert!(owner.writer.input(Bytes::from_static(b"x")).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_all_and_closes_their_recordings() {
    let scene = Scene::new().await;
    let mut owner = scene.control().await;
    assert_eq!(scene.registry.list().len(), 1);
    assert!(scene.registry.find(SESSION).is_some());
    scene.registry.end_all(&reason(EndCode::GatewayRestart)).await;
    assert_eq!(owner.closed().await, CloseReason::Ended);
    assert!(scene.ended().await.sealed.as_ref().unwrap().complete);
}
