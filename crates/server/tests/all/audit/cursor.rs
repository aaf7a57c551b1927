//! The log page after page, by cursor.

use super::Entry;
use crate::support::{Actor, TestApp};
use serde_json::Value;
use std::collections::BTreeSet;

/// Follows the cursors to the end; the ids of each page, and the totals that they said.
async fn walk(who: &Actor, question: &str) -> (Vec<Vec<String>>, BTreeSet<i64>) {
    let (mut pages, mut totals) = (Vec::new(), BTreeSet::new());
    let mut cursor = String::new();
    loop {
        let page = who.get(&format!("/api/audit/logs?{question}{cursor}")).await.ok();
        let ids = page["items"].as_array().unwrap().iter();
        pages.push(ids.map(|entry| entry["id"].as_str().unwrap().to_owned()).collect());
        totals.insert(page["total"].as_i64().unwrap());
        assert_eq!(page["page"].as_i64().unwrap(), i64::try_from(pages.len()).unwrap());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => {
                assert_eq!(page["nextCursor"], Value::Null);
                return (pages, totals);
            }
        }
    }
}

/// A hundred entries of three instants, in no order.
async fn happen(app: &TestApp, org: uuid::Uuid) -> BTreeSet<String> {
    let mut sql = app.sql().await;
    let mut ids = BTreeSet::new();
    for number in 0..100 {
        let at = format!("2025-03-02T08:00:00.00000{}Z", (number * 7) % 3);
        ids.insert(Entry::at(org, &at, "asset.create").keep_by(app, &mut sql).await.to_string());
    }
    ids
}

#[tokio::test]
async fn a_walk_over_equal_instants_loses_nothing_and_tells_nothing_twice() {
    let app = super::unlimited().await;
    let acme = app.customer("Acme").await;
    let ids = happen(&app, acme.id).await;
    let analyst = app.security_analyst().await;
    for limit in [1, 7, 33, 99, 100, 101] {
        let question = format!("organizationId={}&{}&limit={limit}", acme.id, super::THEN);
        let (down, totals) = walk(&analyst, &question).await;
        let (up, _) = walk(&analyst, &format!("{question}&order=asc")).await;
        assert_eq!(totals, BTreeSet::from([100]));
        assert_eq!(down.len(), 100_usize.div_ceil(limit), "{limit}");
        let (down, mut up) = (down.concat(), up.concat());
        assert_eq!(down.len(), 100);
        assert_eq!(down.iter().cloned().collect::<BTreeSet<_>>(), ids);
        up.reverse();
        assert_eq!(down, up, "both ways the same, {limit}");
    }
    // What comes in at the end where the walk began does not move what is still to come.
    let question = format!("organizationId={}&from=2025-03-01T00:00:00Z&code=asset.create&limit=60", acme.id);
    let first = analyst.get(&format!("/api/audit/logs?{question}")).await.ok();
    Entry::at(acme.id, "2025-03-02T09:00:00Z", "asset.create").keep(&app).await;
    let next = first["nextCursor"].as_str().unwrap();
    let second = analyst.get(&format!("/api/audit/logs?{question}&cursor={next}")).await.ok();
    assert_eq!(second["items"].as_array().unwrap().len(), 40);
    assert_eq!((&second["total"], &second["page"]), (&serde_json::json!(100), &serde_json::json!(2)));
}

/// The log lies in months, and a page is looked for in those next to its place first.
#[tokio::test]
async fn a_walk_reaches_over_months_in_which_nothing_happened() {
    let app = super::unlimited().await;
    let acme = app.customer("Acme").await;
    let mut sql = app.sql().await;
    let mut expected = Vec::new();
    for at in [
        "2023-01-31T23:59:59Z",
        "2024-02-29T12:00:00Z",
        "2024-12-31T23:59:59Z",
        "2025-01-01T00:00:00Z",
        "2025-06-15T00:00:00Z",
    ] {
        for _ in 0..3 {
            let id = Entry::at(acme.id, at, "asset.create").keep_by(&app, &mut sql).await;
            expected.push((at, id.to_string()));
        }
    }
    expected.sort();
    let expected: Vec<String> = expected.into_iter().map(|(_, id)| id).collect();
    sallyport::audit::months::tend_months(&app.platform.app).await;
    let analyst = app.security_analyst().await;
    for limit in [1, 2, 4, 15, 16] {
        for range in ["", "&from=2023-01-01T00:00:00Z", "&to=2026-01-01T00:00:00Z"] {
            let question = format!("organizationId={}&code=asset.create&limit={limit}{range}", acme.id);
            let (down, totals) = walk(&analyst, &question).await;
            let mut down = down.concat();
            down.reverse();
            let up = walk(&analyst, &format!("{question}&order=asc")).await.0.concat();
            assert_eq!((&down, &up), (&expected, &expected), "{question}");
            assert_eq!(totals, BTreeSet::from([15]));
        }
    }
}

#[tokio::test]
async fn pages_by_number_go_on_working_and_lead_to_cursors() {
    let app = super::unlimited().await;
    let acme = app.customer("Acme").await;
    happen(&app, acme.id).await;
    let admin = app.member(&acme, "admin").await;
    let page =
        async |more: &str| admin.get(&format!("/api/audit/logs?{}&limit=30{more}", super::THEN)).await.ok();
    let (second, third) = (page("&page=2").await, page("&page=3").await);
    let next = second["nextCursor"].as_str().unwrap();
    let by_cursor = page(&format!("&cursor={next}")).await;
    assert_eq!(by_cursor["items"], third["items"]);
    assert_eq!(by_cursor["page"], 3);
    assert_eq!(page("&page=4").await["nextCursor"], Value::Null);
    assert_eq!(page("&page=5").await["nextCursor"], Value::Null);
    // By another column there is no place in time to go on from.
    assert_eq!(page("&sort=code").await["nextCursor"], Value::Null);
}

#[tokio::test]
async fn a_long_log_is_counted_to_ten_thousand_and_read_to_its_end() {
    let app = super::unlimited().await;
    let acme = app.customer("Acme").await;
    sqlx::query(
        "INSERT INTO audit_logs (org_id, id, occurred_at, code, outcome, risk_level, sentence)
         SELECT $1, gen_random_uuid(), '2025-03-02T08:00:00Z'::timestamptz + n * interval '1 second', 'asset.create',
                'success', 'info', 'entry ' || n
         FROM generate_series(1, 10050) n",
    )
    .bind(acme.id)
    .execute(&mut app.sql().await)
    .await
    .unwrap();
    let admin = app.member(&acme, "admin").await;
    let page = async |more: &str| {
        admin
            .get(&format!("/api/audit/logs?from=2025-03-01T00:00:00Z&code=asset.create&limit=50{more}"))
            .await
    };
    let sentence = |page: &Value, at: usize| page["items"][at]["sentence"].as_str().unwrap().to_owned();
    let first = page("").await.ok();
    let counted = |page: &Value| (page["total"].as_i64().unwrap(), page["totalCapped"].as_bool().unwrap());
    assert_eq!(counted(&first), (10_000, true));
    assert_eq!(
        (sentence(&first, 0), &first["totalPages"]),
        ("entry 10050".to_owned(), &serde_json::json!(200))
    );
    // The last that a number reaches, and the one after it by its cursor.
    let last = page("&page=200").await.ok();
    assert_eq!(sentence(&last, 49), "entry 51");
    let after = page(&format!("&cursor={}", last["nextCursor"].as_str().unwrap())).await.ok();
    assert_eq!((sentence(&after, 49), counted(&after)), ("entry 1".to_owned(), (10_000, true)));
    assert_eq!(after["nextCursor"], Value::Null);
    page("&page=201").await.refused(400, "invalid_input");
    // The end is as near as the beginning.
    assert_eq!(sentence(&page("&order=asc").await.ok(), 0), "entry 1");
    let narrow = page("&to=2025-03-02T08:01:00Z").await.ok();
    assert_eq!(counted(&narrow), (59, false));
}

#[tokio::test]
async fn i05_a_cursor_is_good_for_whom_and_what_it_was_made() {
    let app = super::unlimited().await;
    let (acme, bolt) = (app.customer("Acme").await, app.customer("Bolt").await);
    happen(&app, acme.id).await;
    happen(&app, bolt.id).await;
    let (analyst, admin) = (app.security_analyst().await, app.member(&acme, "admin").await);
    let question = format!("{}&limit=10", super::THEN);
    let cursor_of = async |who: &Actor| {
        let page = who.get(&format!("/api/audit/logs?{question}")).await.ok();
        page["nextCursor"].as_str().unwrap().to_owned()
    };
    let with = |question: &str, cursor: &str| format!("/api/audit/logs?{question}&cursor={cursor}");
    let own = cursor_of(&analyst).await;
    analyst.get(&with(&question, &own)).await.ok();
    // How many at once is not part of the question.
    analyst.get(&with(&question.replace("limit=10", "limit=25"), &own)).await.ok();

    // Of somebody else: of the same role, of another organization, and back.
    for other in [app.security_analyst().await, app.super_admin().await, admin.clone()] {
        other.get(&with(&question, &own)).await.refused(400, "bad_cursor");
        analyst.get(&with(&question, &cursor_of(&other).await)).await.refused(400, "bad_cursor");
    }
    let of_bolt = app.member(&bolt, "admin").await;
    admin.get(&with(&question, &cursor_of(&of_bolt).await)).await.refused(400, "bad_cursor");
    // For another question.
    for more in [
        "order=asc",
        "sort=code",
        "code=asset.create",
        "outcome=success",
        "riskLevel=info",
        "q=test",
        &format!("organizationId={}", acme.id),
        &format!("actorId={}", analyst.id),
        &format!("sessionId={}", analyst.id),
        &format!("targetId={}", analyst.id),
        &format!("requestId={}", analyst.id),
        "clientIp=127.0.0.1",
        "control=CC6.1",
    ] {
        analyst.get(&with(&format!("{question}&{more}"), &own)).await.refused(400, "bad_cursor");
    }
    let later = question.replace("2025-03-01", "2025-03-02");
    analyst.get(&with(&later, &own)).await.refused(400, "bad_cursor");
    // Made up, cut, prolonged, changed in any place.
    let mut forged: Vec<String> =
        ["", "a", "AAAA", "%00", "null", "0", "-1", "../../etc/passwd", "' OR 1=1 --"]
            .map(str::to_owned)
            .to_vec();
    forged.extend([
        own[..own.len() - 1].to_owned(),
        format!("{own}A"),
        format!("{own}="),
        format!("%20{own}"),
    ]);
    forged.push("A".repeat(own.len()));
    forged.push("A".repeat(5000));
    for at in 0..own.len() {
        let mut bytes = own.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        forged.push(String::from_utf8(bytes).unwrap());
    }
    for cursor in forged {
        analyst.get(&with(&question, &cursor)).await.refused(400, "bad_cursor");
    }
    analyst.get(&with(&format!("{question}&page=2"), &own)).await.refused(400, "invalid_input");
    // Another instance knows it, and so does the same one after it was started again.
    let app = app.restart().await;
    let analyst = analyst.renewed(&app).at(app.address);
    analyst.get(&with(&question, &own)).await.ok();
    // Who may not read the log any more has no use of one.
    sqlx::query("UPDATE users SET role = 'technician' WHERE id = $1")
        .bind(analyst.id)
        .execute(&mut app.sql().await)
        .await
        .unwrap();
    analyst.get(&with(&question, &own)).await.refused(403, "forbidden");
}
