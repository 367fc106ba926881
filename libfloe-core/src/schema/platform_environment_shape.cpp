// The field table of platform.yaml (design: configuration.md 1.2). Each description ends with who consumes the field:
// `run`: bound into the configuration of the plugin when a command runs; `deploy`: carried for deployment; `reference`:
// says what exists, nothing acts on it.
#include "schema/document_shapes.hpp"
#include "schema/shared_shapes.hpp"

#include <array>

namespace floe::config {
namespace {

constexpr Shape kVersion{.kind = ShapeKind::kText,
                         .pattern = R"(1\.\d+\.\d+)",
                         .pattern_text = "a version of this format that floe knows, such as \"1.1.0\""};
constexpr Shape kUrl{.kind = ShapeKind::kText,
                     .pattern = R"([a-z][a-z0-9+.-]*://\S+)",
                     .pattern_text = "an URL such as https://otel.example.com:4317"};
constexpr Shape kAccountId{.kind = ShapeKind::kText, .pattern = R"(\d{12})", .pattern_text = "twelve digits in quotes"};
constexpr Shape kRoleArn{.kind = ShapeKind::kText,
                         .pattern = R"(arn:aws[a-z-]*:iam::\d{12}:role/\S+)",
                         .pattern_text = "the ARN of a role: arn:aws:iam::123456789012:role/Name"};
constexpr Shape kPort{.kind = ShapeKind::kInteger, .minimum = 1, .maximum = 65535};
constexpr Shape kPortMap{.kind = ShapeKind::kMap, .element = &kPort};
constexpr std::array<std::string_view, 1> kKinds{"PlatformEnvironment"};
constexpr Shape kKind{.kind = ShapeKind::kChoice, .choices = kKinds};
constexpr std::array kMetadataKeys{
    Key{"name", &kText, "name of the environment; reference", true},
    Key{"owner", &kText, "who answers for it; reference"},
    Key{"description", &kText, "what it is for; reference"},
};
constexpr Shape kMetadata{.kind = ShapeKind::kObject, .what = "`metadata`", .keys = kMetadataKeys};

// Any secrets plugin that is installed, pinned or not.
constexpr Shape kBackend{.kind = ShapeKind::kText,
                         .pattern = R"([a-z0-9][a-z0-9._-]*(@[a-z0-9._-]+)?)",
                         .pattern_text = "the name of a secrets plugin, such as `env` or `vault`"};
constexpr std::array kSecretKeys{
    Key{"secret_ref", &kSecretName, "name of the secret in the backend; run", true},
    Key{"source", &kBackend, "its backend: the primary one; run"},
};
constexpr Shape kSecret{.kind = ShapeKind::kObject, .what = "a secret reference", .keys = kSecretKeys};
// An identifier may be written or kept with the secrets.
constexpr Shape kTextOrSecret{
    .kind = ShapeKind::kObject, .what = "a secret reference", .keys = kSecretKeys, .short_form = &kText};

constexpr std::array<std::string_view, 4> kModes{"static", "oauth2", "iam_role", "vended_credentials"};
constexpr Shape kMode{.kind = ShapeKind::kChoice, .choices = kModes};
constexpr Key kModeKey{"mode", &kMode, "static, oauth2, iam_role or vended_credentials; run", true};
constexpr std::array kStaticKeys{
    kModeKey,
    Key{"username", &kTextOrSecret, "who logs in; run"},
    Key{"password", &kSecret, "reference of the password; run"},
    Key{"access_key_id", &kTextOrSecret, "public half of an S3 key; run"},
    Key{"secret_access_key", &kSecret, "reference of its secret half; run"},
    Key{"session_token", &kSecret, "reference of a session token; run"},
    Key{"token", &kSecret, "reference of a token; run"},
    Key{"account_key", &kSecret, "reference of a storage account's key; run"},
};
constexpr std::array kOauthKeys{
    kModeKey,
    Key{"client_id", &kTextOrSecret, "client of the identity provider; run", true},
    Key{"client_secret", &kSecret, "reference of its secret; run", true},
    Key{"token_uri", &kUrl, "where tokens are got; absent: the catalog's own; run"},
    Key{"scope", &kText, "scope of the tokens; run"},
};
constexpr std::array kRoleKeys{
    kModeKey,
    Key{"role_arn", &kRoleArn, "role to take; absent: the one of the machine or pod; run"},
    Key{"external_id", &kTextOrSecret, "external id of the role; run"},
    Key{"session_name", &kText, "name of the session; run"},
};
constexpr std::array kVendedKeys{kModeKey};
constexpr Shape kStatic{.kind = ShapeKind::kObject, .what = "static credentials", .keys = kStaticKeys};
constexpr Shape kOauth{.kind = ShapeKind::kObject, .what = "oauth2 credentials", .keys = kOauthKeys};
constexpr Shape kRole{.kind = ShapeKind::kObject, .what = "iam_role credentials", .keys = kRoleKeys};
constexpr Shape kVended{.kind = ShapeKind::kObject, .what = "vended_credentials", .keys = kVendedKeys};
constexpr std::array kCredentialVariants{Variant{"static", &kStatic}, Variant{"oauth2", &kOauth},
                                         Variant{"iam_role", &kRole}, Variant{"vended_credentials", &kVended}};
constexpr Shape kCredentials{
    .kind = ShapeKind::kVariant, .what = "`credentials`", .variants = kCredentialVariants, .discriminator = "mode"};

constexpr std::array kProfileKeys{
    Key{"type", &kText, "the plugin this place is for: has to be the manifest's; run", true},
    Key{"credentials", &kCredentials, "how to log in; run"},
};
// Further keys are settings of the plugin; its own schema checks them.
constexpr Shape kProfile{.kind = ShapeKind::kObject, .what = "a profile", .keys = kProfileKeys, .rest = &kAny};
constexpr Shape kProfiles{.kind = ShapeKind::kMap, .element = &kProfile};

constexpr std::array kServiceAccountKeys{Key{"role_arn", &kRoleArn, "role of the pods; deploy", true}};
constexpr Shape kServiceAccount{.kind = ShapeKind::kObject, .what = "a service account", .keys = kServiceAccountKeys};
constexpr Shape kServiceAccounts{.kind = ShapeKind::kMap, .element = &kServiceAccount};
constexpr std::array kIamKeys{Key{"service_accounts", &kServiceAccounts, "by service: dagster, polaris; deploy"}};
constexpr Shape kIam{.kind = ShapeKind::kObject, .what = "`iam`", .keys = kIamKeys};
constexpr std::array kAwsKeys{
    Key{"account_id", &kAccountId, "account; reference"},
    Key{"vpc_id", &kText, "network; reference"},
    Key{"subnet_ids", &kTexts, "private subnets; reference"},
    Key{"kms_key_arn", &kText, "key that encrypts; reference"},
    Key{"iam", &kIam, "roles; deploy"},
};
constexpr Shape kAws{.kind = ShapeKind::kObject, .what = "`aws`", .keys = kAwsKeys};
constexpr std::array kGcpKeys{Key{"project_id", &kText, "project; reference"}};
constexpr Shape kGcp{.kind = ShapeKind::kObject, .what = "`gcp`", .keys = kGcpKeys};
constexpr std::array kAzureKeys{
    Key{"subscription_id", &kText, "subscription; reference"},
    Key{"tenant_id", &kText, "tenant; reference"},
    Key{"resource_group", &kText, "resource group; reference"},
};
constexpr Shape kAzure{.kind = ShapeKind::kObject, .what = "`azure`", .keys = kAzureKeys};
constexpr std::array<std::string_view, 4> kProviders{"local", "aws", "gcp", "azure"};
constexpr Shape kProvider{.kind = ShapeKind::kChoice, .choices = kProviders};
constexpr std::array kCloudKeys{
    Key{"provider", &kProvider, "local, aws, gcp or azure; deploy", true},
    Key{"region", &kText, "region; reference"},
    Key{"aws", &kAws, "what exists there; deploy"},
    Key{"gcp", &kGcp, "what exists there; reference"},
    Key{"azure", &kAzure, "what exists there; reference"},
};
constexpr Shape kCloud{.kind = ShapeKind::kObject, .what = "`cloud`", .keys = kCloudKeys};
constexpr std::array kTlsKeys{
    Key{"enabled", &kFlag, "whether ingress speaks TLS; deploy"},
    Key{"certificate_arn", &kText, "certificate of the load balancer; deploy"},
    Key{"secret_name", &kText, "Kubernetes secret with the certificate; deploy"},
};
constexpr Shape kTls{.kind = ShapeKind::kObject, .what = "`tls`", .keys = kTlsKeys};
constexpr std::array kIngressKeys{
    Key{"enabled", &kFlag, "whether services get an ingress; deploy"},
    Key{"class", &kText, "ingress class: alb, nginx; deploy"},
    Key{"host", &kText, "host name of the services; deploy"},
    Key{"annotations", &kTextMap, "annotations of the ingress; deploy"},
    Key{"tls", &kTls, "certificates; deploy"},
};
constexpr Shape kIngress{.kind = ShapeKind::kObject, .what = "`ingress`", .keys = kIngressKeys};
constexpr std::array kLocalAccessKeys{
    Key{"enabled", &kFlag, "whether services get a node port; deploy"},
    Key{"ports", &kPortMap, "node port by service; deploy"},
};
constexpr Shape kLocalAccess{.kind = ShapeKind::kObject, .what = "`local_access`", .keys = kLocalAccessKeys};
constexpr std::array kNetworkKeys{
    Key{"ingress", &kIngress, "how people reach the services; deploy"},
    Key{"local_access", &kLocalAccess, "node ports for a laptop; deploy"},
};
constexpr Shape kNetwork{.kind = ShapeKind::kObject, .what = "`network`", .keys = kNetworkKeys};
constexpr std::array kInfrastructureKeys{
    Key{"cloud", &kCloud, "where it runs; deploy"},
    Key{"network", &kNetwork, "how it is reached; deploy"},
};
constexpr Shape kInfrastructure{.kind = ShapeKind::kObject, .what = "`infrastructure`", .keys = kInfrastructureKeys};

constexpr std::array<std::string_view, 2> kMethods{"none", "oidc"};
constexpr Shape kMethod{.kind = ShapeKind::kChoice, .choices = kMethods};
constexpr std::array kOidcKeys{
    Key{"provider_url", &kUrl, "issuer; deploy", true},
    Key{"client_id", &kTextOrSecret, "client; deploy", true},
    Key{"client_secret", &kSecret, "reference of its secret; deploy"},
    Key{"scopes", &kTexts, "scopes to ask for; deploy"},
    Key{"groups_claim", &kText, "claim with the groups; deploy"},
};
constexpr Shape kOidc{.kind = ShapeKind::kObject, .what = "`oidc`", .keys = kOidcKeys};
constexpr std::array kMfaKeys{Key{"required", &kFlag, "whether a second factor is asked for; deploy", true}};
constexpr Shape kMfa{.kind = ShapeKind::kObject, .what = "`mfa`", .keys = kMfaKeys};
constexpr std::array kAuthenticationKeys{
    Key{"enabled", &kFlag, "whether people log in; deploy", true},
    Key{"method", &kMethod, "none or oidc; deploy"},
    Key{"oidc", &kOidc, "identity provider; deploy"},
    Key{"mfa", &kMfa, "second factor; deploy"},
};
constexpr Shape kAuthentication{.kind = ShapeKind::kObject, .what = "`authentication`", .keys = kAuthenticationKeys};
constexpr std::array kSecretBackendKeys{Key{"primary", &kBackend, "where references are resolved; run", true}};
constexpr Shape kSecretBackends{
    .kind = ShapeKind::kObject, .what = "`secret_backends`", .keys = kSecretBackendKeys, .rest = &kAny};
constexpr std::array kAuditKeys{
    Key{"enabled", &kFlag, "whether services keep an audit log; deploy", true},
    Key{"sink", &kText, "where it goes; deploy"},
    Key{"retention_days", &kAny, "how long it is kept; deploy"},
};
constexpr Shape kAudit{.kind = ShapeKind::kObject, .what = "`audit`", .keys = kAuditKeys};
constexpr std::array kSecurityKeys{
    Key{"authentication", &kAuthentication, "how people log in; deploy"},
    Key{"secret_backends", &kSecretBackends, "where secrets are; run"},
    Key{"audit", &kAudit, "what is kept; deploy"},
};
constexpr Shape kSecurity{.kind = ShapeKind::kObject, .what = "`security`", .keys = kSecurityKeys};

constexpr std::array kObservabilityKeys{
    Key{"otlp_endpoint", &kUrl, "where traces and metrics go: `endpoint` of the telemetry backend; run"},
    Key{"lineage_endpoint", &kUrl, "where lineage goes: `url` of the lineage backend; run"},
};
constexpr Shape kObservability{.kind = ShapeKind::kObject, .what = "`observability`", .keys = kObservabilityKeys};

constexpr std::array kEnvironmentKeys{
    Key{"version", &kVersion, "version of this format: \"1.1.0\""},
    Key{"apiVersion", &kApiVersion, "floe.dev/v1"},
    Key{"kind", &kKind, "PlatformEnvironment"},
    Key{"metadata", &kMetadata, "name of the environment; reference"},
    Key{"infrastructure", &kInfrastructure, "what floe runs on; deploy"},
    Key{"security", &kSecurity, "logging in, secrets, audit"},
    Key{"storage", &kProfiles, "places of files by profile name; run"},
    Key{"catalogs", &kProfiles, "places of catalogs by profile name; run"},
    Key{"compute", &kProfiles, "places of engines by profile name; run"},
    Key{"observability", &kObservability, "where records of runs go; run"},
};

}  // namespace

const Shape kPlatformEnvironmentShape{
    .kind = ShapeKind::kObject, .what = "a platform environment", .keys = kEnvironmentKeys};

}  // namespace floe::config
