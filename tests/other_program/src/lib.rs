//! A program with a `reqwest` of its own, without TLS, beside the SDK.

#[cfg(test)]
mod tests {
    use keepnet_flows::client::Client;
    use keepnet_flows::{ClientConfig, Credentials};

    #[test]
    fn reqwest_of_the_program_stays_as_it_was() {
        let own = reqwest::Client::builder().build();
        assert!(own.is_ok(), "{own:?}");
        let config = ClientConfig::new(Credentials::new("id", "secret"));
        assert!(Client::new(&config).is_ok());
        drop(reqwest::Client::new());
    }
}
