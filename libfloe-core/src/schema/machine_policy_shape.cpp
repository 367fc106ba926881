// The field table of /etc/floe/policy.yaml.

#include "schema/document_shapes.hpp"
#include "schema/shared_shapes.hpp"

#include <array>

namespace floe::config {
namespace {

constexpr Shape kVersion{.kind = ShapeKind::kInteger, .minimum = 1, .maximum = 1};
constexpr Shape kDigest{.kind = ShapeKind::kText,
                        .pattern = "sha256:[0-9a-f]{64}",
                        .pattern_text = "sha256: and 64 digits, as `floe platform show` prints it"};
constexpr std::array kRequiredKeys{
    Key{"ref", &kReference, "where the platform is, for people who have to refer to it", true},
    Key{"digest", &kDigest, "of the platform with all above it", true},
};
constexpr Shape kRequired{.kind = ShapeKind::kObject, .what = "`require_platform`", .keys = kRequiredKeys};
constexpr std::array kPluginsKeys{with_default(
    Key{"locked", &kFlag, "every compile is with `--locked`: plugins are those that floe.lock names"}, "false")};
constexpr Shape kPlugins{.kind = ShapeKind::kObject, .what = "`plugins`", .keys = kPluginsKeys};
constexpr std::array kCacheKeys{
    with_default(Key{"read", &kFlag, "false: no verdict comes from the user's cache"}, "true")};
constexpr Shape kCache{.kind = ShapeKind::kObject, .what = "`cache`", .keys = kCacheKeys};
constexpr std::array kUntrustedKeys{
    with_default(Key{"always", &kFlag, "every project on this machine is compiled as with `--untrusted`"}, "false"),
    Key{"environment", &kTexts, "names of the variables that templates of an untrusted project see; absent: none"},
};
constexpr Shape kUntrusted{.kind = ShapeKind::kObject, .what = "`untrusted`", .keys = kUntrustedKeys};
constexpr std::array kMachinePolicyKeys{
    Key{"version", &kVersion, "1", true},
    Key{"require_platform", &kRequired, "the platform that every product on this machine is of"},
    Key{"plugins", &kPlugins, "which plugins may be used"},
    Key{"cache", &kCache, "what may be answered from earlier compiles"},
    Key{"untrusted", &kUntrusted, "what a project may see whose writer is not trusted"},
    Key{"signers", &kAny, "no signature is checked; a digest says which platform it is", false, false},
};

}  // namespace

const Shape kMachinePolicyShape{
    .kind = ShapeKind::kObject, .what = "the policy of this machine", .keys = kMachinePolicyKeys};

}  // namespace floe::config
