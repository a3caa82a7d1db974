use super::*;
use offprint::model::Retry;

fn strict(url: &str) -> FetchRequest {
    under(url, |p| p.allow_private = false)
}

fn refused(error: &FetchError) {
    assert_eq!((error.kind.as_str(), error.retry), ("address", Retry::Permanent), "{error}");
    assert!(error.message.contains("allow_private_addresses"), "{error}");
    assert!(error.message.contains("allow_addresses"), "{error}");
}

#[tokio::test]
async fn no_way_leads_to_private_addresses() {
    let server = RawServer::saying(answer("200 OK", &[], b"secret")).await;
    let port = server.port();
    let client = client();
    // A connection opened under a lax policy is at hand, and must not be used.
    client.fetch(feed(&server.url("/"))).await.unwrap();
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "localhost", "[::1]"] {
        let error = client.fetch(strict(&format!("http://{host}:{port}/"))).await.unwrap_err();
        refused(&error);
    }
    for host in ["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"] {
        refused(&client.fetch(strict(&format!("http://{host}:{port}/"))).await.unwrap_err());
    }
    assert_eq!(server.paths().len(), 1);
}

#[tokio::test]
async fn every_hop_is_checked_and_exceptions_count() {
    let inner = RawServer::saying(answer("200 OK", &[], b"secret")).await;
    for host in ["127.0.0.2", "[::1]", "[::ffff:127.0.0.2]"] {
        let target = format!("http://{host}:{}/", inner.port());
        let server = RawServer::saying(answer("302 Found", &[&format!("Location: {target}")], b"")).await;
        let request = under(&server.url("/"), |p| {
            p.allow_private = false;
            p.allow_addresses = vec!["127.0.0.1/32".parse().unwrap()];
        });
        let error = client().fetch(request).await.unwrap_err();
        refused(&error);
        assert!(error.url.starts_with("http://[") || error.url == target, "{error}");
        assert_eq!(
            (server.paths().len(), inner.paths().len()),
            (1, 0),
            "the exception let the first hop pass"
        );
    }
}

#[tokio::test]
async fn robots_txt_may_not_lead_there_either() {
    let inner = RawServer::saying(answer("200 OK", &[], b"")).await;
    let location = format!("Location: http://127.0.0.2:{}/robots.txt", inner.port());
    let server = RawServer::saying(answer("302 Found", &[&location], b"")).await;
    let mut request = page(&server.url("/page"));
    let mut policy = policy();
    policy.allow_private = false;
    policy.allow_addresses = vec!["127.0.0.1/32".parse().unwrap()];
    request.policy = Arc::new(policy);
    let error = client().fetch(request).await.unwrap_err();
    assert_eq!(error.kind, "robots", "{error}");
    assert_eq!((inner.paths().len(), server.paths()), (0, vec!["/robots.txt".to_owned()]));
    let refused_page = FetchRequest { purpose: Purpose::Page, ..strict("http://localhost/") };
    refused(&client().fetch(refused_page).await.unwrap_err());
}
