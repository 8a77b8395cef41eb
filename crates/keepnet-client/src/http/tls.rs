//! Whom the client trusts and how it encrypts.

use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::{ClientConfig, Error};

/// The authorities and the certificate of the configuration.
pub(super) fn tls(config: &ClientConfig) -> Result<rustls::ClientConfig, Error> {
    let mut roots = Vec::new();
    for pem in &config.root_certificates {
        roots.extend(certificates(pem, "root certificates")?);
    }
    let builder = match roots.is_empty() {
        true => tls_builder()?.with_platform_verifier().map_err(refuse)?,
        false => trust_also(roots)?,
    };
    let mut tls = match &config.identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let chain = certificates(&identity.certificates, "identity")?;
            // Why a key cannot be read may quote it.
            let key = PrivateKeyDer::from_pem_slice(identity.key().as_bytes())
                .map_err(|_| Error::config("identity: the key is not a private key in PEM"))?;
            let refuse = |error: rustls::Error| {
                Error::config("identity: the certificate and the key cannot be used")
                    .with_source(error)
            };
            builder.with_client_auth_cert(chain, key).map_err(refuse)?
        }
    };
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// Trusts nobody, for plain http: it must work where no trust store is installed.
pub(super) fn without_trust() -> Result<rustls::ClientConfig, Error> {
    let builder = tls_builder()?.with_root_certificates(RootCertStore::empty());
    Ok(builder.with_no_client_auth())
}

fn tls_builder() -> Result<ConfigBuilder<rustls::ClientConfig, WantsVerifier>, Error> {
    rustls::ClientConfig::builder_with_provider(provider()?)
        .with_safe_default_protocol_versions()
        .map_err(refuse)
}

/// The authorities of the system and these.
#[cfg(not(target_os = "android"))]
fn trust_also(
    roots: Vec<CertificateDer<'static>>,
) -> Result<ConfigBuilder<rustls::ClientConfig, WantsClientCert>, Error> {
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(roots, provider()?);
    let verifier = verifier.map_err(|error| {
        Error::config("root certificates: one of them cannot be used").with_source(error)
    })?;
    // Not less than the usual checks: it is the verifier of the platform, with more authorities.
    let builder = tls_builder()?.dangerous();
    Ok(builder.with_custom_certificate_verifier(Arc::new(verifier)))
}

#[cfg(target_os = "android")]
fn trust_also(
    _roots: Vec<CertificateDer<'static>>,
) -> Result<ConfigBuilder<rustls::ClientConfig, WantsClientCert>, Error> {
    let problem = "root certificates: on Android they are added in the settings of the system";
    Err(Error::config(problem))
}

fn certificates(pem: &[u8], setting: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Error::config(format!("{setting}: no certificate in PEM"))),
    }
}

fn refuse(error: rustls::Error) -> Error {
    Error::config("TLS could not be set up").with_source(error)
}

/// The provider the process installed, else graviola where it can run.
fn provider() -> Result<Arc<CryptoProvider>, Error> {
    if let Some(installed) = CryptoProvider::get_default() {
        return Ok(Arc::clone(installed));
    }
    own_provider().ok_or_else(|| {
        Error::config(
            "TLS: the built-in cryptography needs an x86-64 or AArch64 processor with AES \
             instructions; install a rustls CryptoProvider as the process default first"
                .to_owned(),
        )
    })
}

/// Graviola panics on a processor without the instructions it is written in, so they are looked for
/// beforehand.
#[cfg(target_arch = "x86_64")]
fn own_provider() -> Option<Arc<CryptoProvider>> {
    let able = is_x86_feature_detected!("aes")
        && is_x86_feature_detected!("pclmulqdq")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("adx")
        && is_x86_feature_detected!("avx")
        && is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("ssse3");
    able.then(|| Arc::new(rustls_graviola::default_provider()))
}

#[cfg(target_arch = "aarch64")]
fn own_provider() -> Option<Arc<CryptoProvider>> {
    use std::arch::is_aarch64_feature_detected as has;
    let able = has!("neon") && has!("aes") && has!("pmull") && has!("sha2");
    able.then(|| Arc::new(rustls_graviola::default_provider()))
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn own_provider() -> Option<Arc<CryptoProvider>> {
    None
}
