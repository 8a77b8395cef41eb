//! The words of the service's texts that may be shown.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words of messages about requests, files and fields, in lower case. First names are left out; a few
/// are also family names (`long`, `page`), because messages need them.
const WORDS: &str = "\
    a about above accept acceptable accepted access account action active add added address \
    addresses after again against all allow allowed already also an and another any api \
    application are as at attempt authentication authorization authorized available back bad be \
    because been before being belong belongs below between big blank body both bulk but by call \
    called can cannot category change changed character characters check choose chosen client \
    clients code column columns companies company complete completed condition configured \
    confirm confirmed conflict connection contact contain contains content corrupt could count \
    countries country create created creation credential credentials criteria csv current \
    currently custom customer customers data database date dates default delete deleted denied \
    department departments description deserialized details did different directory disabled do \
    document does domain domains double duplicate duplicated duplicates during e each edit edited \
    either element email emails empty enable enabled encrypted end ended ends enough enter \
    entities entity entries entry equal error errors example exceed exceeded exceeds excel \
    exception exist existed existing exists expected expire expired export exported extension \
    external fail failed failure fault field fields file files filter filters find fine finished \
    first fix for forbidden form format formatted found from full gateway get given global go \
    gone greater group groups had half has have header headers here host html http id identifier \
    identity ids if ignored implemented import imported importing in inactive include included incorrect \
    index information injected input insert inside integer internal invalid ip is issue it item \
    items its job jobs json key keys kind label language languages larger last later least \
    length less letters level license licenses like limit limited limits line list listed locked \
    login long longer mail mailbox maintenance malformed manage managed manager mandatory manual many \
    map mapped mapping match matches matching maximum media message messages method minimum \
    minute minutes missing mobile model module more most multipart must name named names need \
    needed needs new no none not nothing null number numbers numeric object occurred of off ok \
    old on once one only open operation operator optional options or order orderby ordered other \
    out output over own page pages parameter parameters parse parsed part password path pdf \
    pending per permission permissions phone please position positive preferred present preview \
    previous priority privacy problem process processed processing progress properties property \
    protected provided provider query queue queued quota range rate read reading ready reason \
    received record records redacted reference refused registered rejected related remove \
    removed repeated request requested requests required reseller reset resource response \
    restricted result results retry return returned role roles row rows running same sandbox save saved \
    schema scim scope search second seconds secret selected send sent server service session set \
    setting settings several shared sheet short should show shown sign simulated single size \
    small some something space specified standard start started state status still stopped \
    string sub success successful successfully such support supported system table tag tags taken target \
    template temporary tenant text than that the their them then there these they this those \
    three time timed timeout times timezone title to today token too total transaction try twice \
    two type types unable unauthorized unavailable undefined under unexpected unique unit \
    unknown unsupported until updated upload uploaded url use used user username users using \
    valid validate validation value values verified verify version via wait waiting was way we \
    well were what when where which while who with within without word words workbook write \
    written wrong xls xlsx yes yet you your zero zone zones";

static PLAIN: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split_whitespace().collect());

/// Verbs that are also names, and what may follow them as verbs: `user may has no phone` is about a person.
const VERBS: &[&str] = &["may", "will"];
const INFINITIVES: &[&str] = &[
    "be", "belong", "contain", "exceed", "exist", "expire", "fail", "have", "match", "start",
];

/// Whether a word is a verb of a message, and no name, before the words that follow it.
pub(super) fn is_verb_before<'w>(word: &str, mut following: impl Iterator<Item = &'w str>) -> bool {
    let next = match following.next() {
        Some("not" | "only") => following.next(),
        next => next,
    };
    let next = next.map(|word| word.trim_end_matches(['.', ',', ';']));
    VERBS.contains(&word) && next.is_some_and(|next| INFINITIVES.contains(&next))
}

/// Whether a word, in letters alone, is one that may be shown.
pub(super) fn is_plain(word: &str) -> bool {
    PLAIN.contains(word.to_ascii_lowercase().as_str())
}
