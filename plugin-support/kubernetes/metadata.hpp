// Names, labels and annotations as Kubernetes accepts them.
#pragma once

#include "request.hpp"

namespace floe::kubernetes {

// A DNS label: 1 to 63 small letters, digits and `-`, a letter or digit at both ends.
bool is_dns_label(std::string_view name);
// DNS labels with dots between them: the name of most objects.
bool is_dns_subdomain(std::string_view name);
Result<std::string> dns_label(const Request& request, std::string_view key);

// Labels of a selector or an object.
Result<Labels> labels(const Request& request, std::string_view key);
json::object to_object(const Labels& labels);

// metadata of an object: the labels of the request, those that say it is floe's, and `more`. Another value for one of
// floe's labels is an error.
Result<json::object> metadata(const Request& request, std::string_view name, std::string_view name_space,
                              const Labels& more = {});

}  // namespace floe::kubernetes
