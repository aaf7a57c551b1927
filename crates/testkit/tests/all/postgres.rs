//! A template made once, copies that do not see each other.

use std::sync::atomic::{AtomicU32, Ordering};

use sallyport_testkit::postgres::{Template, TestCluster, TestDb};
use sqlx::{ConnectOptions, Connection};

static FILLED: AtomicU32 = AtomicU32::new(0);

async fn template() -> Template {
    Template::make("testkit", |owner| async move {
        FILLED.fetch_add(1, Ordering::Relaxed);
        let mut owner = owner.connect().await?;
        sqlx::raw_sql(
            "DO $$ BEGIN CREATE ROLE sallyport_app LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
             CREATE TABLE notes (text text); GRANT SELECT, INSERT ON notes TO sallyport_app;
             DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
                         EXECUTE format('GRANT CONNECT ON DATABASE %I TO sallyport_app', current_database()); END $$",
        )
        .execute(&mut owner)
        .await?;
        owner.close().await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn copies_do_not_see_each_other() {
    let (one, other) = tokio::join!(template(), template());
    assert!(FILLED.load(Ordering::Relaxed) <= 1, "the template was made twice");
    let (first, second) = (TestDb::fresh(&one).await, TestDb::fresh(&other).await);
    assert_ne!(first.name(), second.name());
    let mut app = first.connect_options("sallyport_app").connect().await.unwrap();
    sqlx::query("INSERT INTO notes VALUES ('mine')").execute(&mut app).await.unwrap();
    let count = "SELECT count(*) FROM notes";
    let mine: i64 = sqlx::query_scalar(count).fetch_one(&mut first.owner().await).await.unwrap();
    let theirs: i64 = sqlx::query_scalar(count).fetch_one(&mut second.owner().await).await.unwrap();
    assert_eq!((mine, theirs), (1, 0));

    // The rights on the database came along: the app may connect and not make temporary tables.
    let temporary: bool =
        sqlx::query_scalar("SELECT has_database_privilege(current_database(), 'TEMPORARY')")
            .fetch_one(&mut app)
            .await
            .unwrap();
    assert!(!temporary);
}

#[tokio::test]
async fn a_copy_goes_with_its_value_even_while_connected() {
    let copy = TestDb::fresh(&template().await).await;
    let name = copy.name().to_owned();
    let _connected = copy.owner().await;
    drop(copy);
    let mut owner = TestCluster::get().await.owner_options("postgres").connect().await.unwrap();
    for _ in 0..3000 {
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(&name)
            .fetch_one(&mut owner)
            .await
            .unwrap();
        if !exists {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    unreachable!("{name} was not dropped");
}
