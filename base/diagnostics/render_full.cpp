#include "base/diagnostics/render_full.hpp"

#include "base/diagnostics/snippet.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

namespace floe::diagnostics {

namespace {

// Reads each file once for all diagnostics.
class Sources {
 public:
  explicit Sources(const RenderOptions& options) : options_(options) {}

  const SourceText* find(const std::string& file) {
    const auto known = files_.find(file);
    if (known != files_.end()) return known->second.get();
    std::unique_ptr<SourceText> source;
    if (options_.source) {
      if (std::optional<std::string> text = options_.source(file))
        source = std::make_unique<SourceText>(*std::move(text));
    }
    return files_.emplace(file, std::move(source)).first->second.get();
  }

 private:
  const RenderOptions& options_;
  std::map<std::string, std::unique_ptr<SourceText>> files_;
};

std::string position_text(const Span& span) {
  if (!span.valid()) return span.file;
  return fmt::format("{}:{}:{}", span.file, span.line, std::max(span.column, 1));
}

// The labels of one file, the primary's file first.
struct Section {
  const Span* position = nullptr;
  const SourceText* source = nullptr;
  std::vector<const Label*> drawn;
};

class FullRenderer {
 public:
  FullRenderer(const Diagnostic& diagnostic, const RenderOptions& options, Sources* sources)
      : diagnostic_(diagnostic), options_(options) {
    const Span* primary = diagnostic.primary();
    if (primary != nullptr) section_of(*primary, sources);
    for (const Label& label : diagnostic.labels) {
      Section& section = section_of(label.span, sources);
      if (label.span.valid() && section.source != nullptr && section.source->has_line(label.span.line)) {
        section.drawn.push_back(&label);
      } else if (!label.text.empty()) {
        undrawn_.push_back(&label);
      }
    }
    for (const Section& section : sections_) {
      for (const Label* label : section.drawn) {
        const std::int32_t last = std::max(label->span.line, label->span.end_line);
        gutter_width_ = std::max(gutter_width_, std::to_string(last).size());
      }
    }
  }

  std::string render() {
    print_header();
    for (std::size_t i = 0; i < sections_.size(); ++i)
      print_section(sections_[i], i == 0 ? "--> " : "::: ");
    const bool excerpt = !sections_.empty() && !sections_.back().drawn.empty();
    const std::vector<std::pair<std::string_view, std::string>> remarks = collect_remarks();
    if (excerpt && !remarks.empty()) print(gutter_row(gutter_width_, ""));
    for (const auto& [kind, text] : remarks)
      print_remark(kind, text);
    return std::move(out_);
  }

 private:
  Section& section_of(const Span& span, Sources* sources) {
    for (Section& section : sections_) {
      if (section.position->file == span.file) return section;
    }
    return sections_.emplace_back(Section{&span, sources->find(span.file), {}});
  }

  void print(const Row& row) { row.print(&out_, diagnostic_.severity, options_.color); }

  void print_header() {
    Row row;
    row.append(severity_name(diagnostic_.severity), Style::kSeverity);
    if (!diagnostic_.code.empty()) row.append("[" + diagnostic_.code + "]", Style::kSeverity);
    row.append(": " + diagnostic_.message, Style::kBold);
    print(row);
  }

  void print_section(const Section& section, std::string_view arrow) {
    Row position;
    position.append(std::string(gutter_width_, ' '), Style::kGutter);
    position.append(arrow, Style::kGutter);
    position.append(position_text(*section.position), Style::kPlain);
    print(position);
    if (section.drawn.empty()) return;
    print(gutter_row(gutter_width_, ""));
    for (const Row& row : draw_snippet(*section.source, section.drawn, gutter_width_))
      print(row);
  }

  [[nodiscard]] std::vector<std::pair<std::string_view, std::string>> collect_remarks() const {
    std::vector<std::pair<std::string_view, std::string>> remarks;
    remarks.reserve(undrawn_.size() + diagnostic_.notes.size() + diagnostic_.helps.size() + 1);
    for (const Label* label : undrawn_)
      remarks.emplace_back("note", position_text(label->span) + ": " + label->text);
    for (const std::string& note : diagnostic_.notes)
      remarks.emplace_back("note", note);
    for (const std::string& help : diagnostic_.helps)
      remarks.emplace_back("help", help);
    if (!options_.docs_base.empty() && !diagnostic_.code.empty()) {
      std::string base = options_.docs_base;
      if (!base.ends_with('/')) base += '/';
      remarks.emplace_back("docs", base + diagnostic_.code);
    }
    return remarks;
  }

  // Further lines of a remark start below its first one.
  void print_remark(std::string_view kind, const std::string& text) {
    const std::size_t indent = gutter_width_ + 1 + std::string_view("= ").size() + kind.size() + 2;
    bool first = true;
    for (const std::string_view line : text::split(text, '\n')) {
      Row row;
      if (first) {
        row.append(std::string(gutter_width_ + 1, ' ') + "= ", Style::kGutter);
        row.append(std::string(kind) + ":", Style::kBold);
      }
      row.put(indent, line, Style::kPlain);
      print(row);
      first = false;
    }
  }

  const Diagnostic& diagnostic_;
  const RenderOptions& options_;
  std::size_t gutter_width_ = 1;
  std::vector<Section> sections_;
  std::vector<const Label*> undrawn_;  // have a text but no line to stand under
  std::string out_;
};

}  // namespace

std::string render_full(const std::vector<Diagnostic>& diagnostics, const RenderOptions& options) {
  Sources sources(options);
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!out.empty()) out += '\n';
    out += FullRenderer(diagnostic, options, &sources).render();
  }
  return out;
}

}  // namespace floe::diagnostics
