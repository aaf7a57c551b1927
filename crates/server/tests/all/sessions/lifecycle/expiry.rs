//! Opening around the instant at which a grant ends, by the database's clock.

use super::{Place, platform, wish};
use chrono::{DateTime, Utc};
use sallyport_testkit::sshd::Sshd;
use std::time::Duration;
use uuid::Uuid;

/// Opened, ended, must end.
type Life = (Option<DateTime<Utc>>, Option<DateTime<Utc>>, DateTime<Utc>);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g05_no_session_opens_at_or_after_the_end_of_its_grant_and_none_outlives_it() {
    let sshd = Sshd::start().unwrap();
    let address = sshd.address();
    let app = crate::support::TestApp::start_with(|config| {
        config.targets.allow.push(address);
        config.limits.user_per_second = std::num::NonZeroU32::new(10_000).unwrap();
        config.limits.organization_per_second = std::num::NonZeroU32::new(10_000).unwrap();
    })
    .await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let mut sql = app.sql().await;
    let expires_at: DateTime<Utc> = sqlx::query_scalar(
        "UPDATE technician_customer_access SET expires_at = clock_timestamp() + interval '2 seconds' WHERE id = $1
         RETURNING expires_at",
    )
    .bind(place.grant.parse::<Uuid>().unwrap())
    .fetch_one(&mut sql)
    .await
    .unwrap();

    // Opens without a pause from before until well after: some are decided before and ready after.
    let workers = (0..6).map(|_| {
        let (tech, asset) = (place.tech.clone(), place.asset.clone());
        tokio::spawn(async move {
            let begun = tokio::time::Instant::now();
            let mut answers = Vec::new();
            while begun.elapsed() < Duration::from_millis(3500) {
                answers.push(tech.post("/api/sessions", wish(&asset)).await);
            }
            answers
        })
    });
    let mut answers = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        answers.extend(worker.await.unwrap());
    }
    let opened = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers.iter().filter(|answer| matches!(answer.status.as_u16(), 403 | 404)).count();
    assert_eq!(
        opened + refused,
        answers.len(),
        "{:?}",
        answers.iter().map(|answer| answer.status).collect::<Vec<_>>()
    );
    assert!(opened > 0 && refused > 10, "{opened} opened, {refused} refused");

    // The poll has had its time: everything is over.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let lives: Vec<Life> = sqlx::query_as("SELECT started_at, ended_at, must_end_at FROM sessions")
        .fetch_all(&mut sql)
        .await
        .unwrap();
    assert!(lives.len() >= opened);
    for (started, ended, must_end) in lives {
        assert!(
            started.is_none_or(|started| started < expires_at),
            "opened at {started:?}, the grant ended {expires_at}"
        );
        let ended = ended.expect("a session outlives its grant");
        assert!(
            ended < expires_at + chrono::TimeDelta::seconds(1),
            "ended at {ended}, the grant {expires_at}"
        );
        assert_eq!(must_end, expires_at, "the nearer of the limit and the grant's end");
    }
}

#[tokio::test]
async fn g05_exactly_at_the_end_is_after_the_end() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let place = Place::new(&app, "Acme", &sshd).await;
    // The end is the very time at which the platform asks: as near as a test can come to "exactly".
    let mut sql = app.sql().await;
    sqlx::query("UPDATE technician_customer_access SET expires_at = clock_timestamp()")
        .execute(&mut sql)
        .await
        .unwrap();
    place.tech.post("/api/sessions", wish(&place.asset)).await.refused(404, "not_found");
    let made: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(&mut sql).await.unwrap();
    assert_eq!(made, 0);
}
