// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/study.hpp"

namespace moderato {

using Attributes = std::vector<std::pair<std::string, std::string>>;

/// Text made safe for content and quoted attributes of HTML and SVG.
std::string escape_html(const std::string& text);

/// <name ...>escaped text</name>; attribute values are escaped too.
std::string element(const std::string& name, const std::string& text,
                    const Attributes& attributes = {});

/// The same around content that is markup already.
std::string raw_element(const std::string& name, const std::string& markup,
                        const Attributes& attributes = {});

std::string tone_class(Tone tone);  ///< "plain", "good", "bad", "faint"

}  // namespace moderato
