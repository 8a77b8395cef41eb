//! A profile with authorities and a client certificate of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keepnet_sandbox::Sandbox;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use crate::support::{ACME, Keepnet, Service, write_private};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/tls")
        .join(name)
}

/// Forwards to the service at `url` for clients with a certificate of the test's authority.
fn start_gateway(runtime: &Runtime, url: &str) -> String {
    let provider = Arc::new(rustls_graviola::default_provider());
    let mut roots = RootCertStore::empty();
    let certificate = |name| CertificateDer::from_pem_file(fixture(name)).unwrap();
    roots.add(certificate("authority.pem")).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(
            vec![certificate("server.pem")],
            PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let target = url.trim_start_matches("http://").to_owned();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, target) = (acceptor.clone(), target.clone());
            tokio::spawn(async move {
                let mut client = acceptor.accept(stream).await?;
                let mut service = TcpStream::connect(target).await?;
                tokio::io::copy_bidirectional(&mut client, &mut service).await
            });
        }
    });
    url
}

#[test]
fn profile_names_authority_and_certificate() {
    struct Case {
        name: &'static str,
        settings: &'static str,
        code: i32,
        message: &'static str,
    }
    let cases = [
        Case {
            name: "both",
            settings: "root_certificates = 'authority.pem'\n\
                identity = { certificates = 'client.pem', key = 'client.key' }",
            code: 0,
            message: "",
        },
        Case {
            name: "no authority",
            settings: "identity = { certificates = 'client.pem', key = 'client.key' }",
            code: 3,
            message: "the certificate of the service is not trusted",
        },
        Case {
            name: "missing file",
            settings: "root_certificates = 'missing.pem'",
            code: 3,
            message: "the root certificates cannot be read",
        },
        Case {
            name: "not PEM",
            settings: "root_certificates = 'config.toml'",
            code: 3,
            message: "root certificates: no certificate in PEM",
        },
        #[cfg(unix)]
        Case {
            name: "open key",
            settings: "identity = { certificates = 'client.pem', key = 'open.key' }",
            code: 3,
            message: "users other than its owner can access it",
        },
    ];
    let runtime = Runtime::new().unwrap();
    let service = Service::start(Sandbox::builder());
    let url = start_gateway(&runtime, service.sandbox.url());
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    for name in ["authority.pem", "client.pem"] {
        fs::copy(fixture(name), file(name)).unwrap();
    }
    let key = fs::read_to_string(fixture("client.key")).unwrap();
    write_private(&file("client.key"), &key);
    fs::write(file("open.key"), &key).unwrap();
    for case in cases {
        let settings = format!(
            "[profiles.acme]\nbase_url = '{url}'\nclient_id = 'sandbox-client'\n\
             company = '{ACME}'\nsecret = {{ env = 'ACME_SECRET' }}\n{}\n",
            case.settings
        );
        write_private(&file("config.toml"), &settings);
        let run = Keepnet::new(&["users", "count", "--profile", "acme"])
            .env("KEEPNET_CONFIG", file("config.toml").to_str().unwrap())
            .env("ACME_SECRET", "sandbox-secret")
            .run();
        let shown = format!("{}: {}{}", case.name, run.stdout, run.stderr);
        assert_eq!(run.code, case.code, "{shown}");
        assert!(run.stderr.contains(case.message), "{shown}");
        assert!(!shown.contains(&key[30..60]), "{shown}");
    }
}
