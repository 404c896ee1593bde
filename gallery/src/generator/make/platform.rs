//! Platforms.

use super::super::choices::Choices;
use super::super::model::Platform;

pub(super) const PLATFORMS: [&str; 9] = [
    "linux/amd64",
    "linux/arm64",
    "linux/arm/v7",
    "windows/amd64",
    "linux/386",
    "plan9/mips",
    "unknown/unknown",
    "freebsd/riscv64",
    "linux/arm64/v8",
];

pub(super) fn is_used(platform: &Platform, used: &[Platform]) -> bool {
    !platform.is_unknown() && used.contains(platform)
}

pub(crate) fn default_platform() -> Platform {
    parsed("linux/amd64")
}

pub(super) fn platform(choices: &mut Choices<'_>) -> Platform {
    let mut platform = parsed(choices.one_of(&PLATFORMS));
    if platform.os == "windows" && choices.one_in(2) {
        platform.os_version = Some("10.0.20348".to_owned());
        platform.os_features = choices.some(3, |choices| choices.one_of(&["win32k", "gpu"]).to_owned());
        platform.os_features.dedup();
    }
    platform
}

pub(super) fn parsed(text: &str) -> Platform {
    let mut words = text.split('/').map(str::to_owned);
    Platform {
        os: words.next().unwrap(),
        architecture: words.next().unwrap(),
        variant: words.next(),
        ..Platform::default()
    }
}
