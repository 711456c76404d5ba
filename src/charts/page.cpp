#include "till/charts/page.hpp"

#include <memory>

#include "charts/bundle.hpp"
#include "charts/drawing.hpp"
#include "charts/html.hpp"
#include <glib.h>

namespace till::charts {
namespace {

struct Free {
  void operator()(gchar* text) const noexcept { g_free(text); }

  void operator()(GChecksum* checksum) const noexcept { g_checksum_free(checksum); }
};

constexpr std::string_view kStyle =
    ".till-chart{margin:0 auto;max-width:720px}"
    ".till-chart svg{display:block;max-width:100%;height:auto}"
    ".till-tooltip{position:fixed;z-index:10;visibility:hidden;max-width:360px;padding:8px 11px;"
    "border-radius:4px;background:#1d2733;color:#fff;font:12px/1.5 'DejaVu "
    "Sans',Verdana,sans-serif;"
    "pointer-events:none;overflow-wrap:anywhere}"
    ".till-tooltip.till-visible{visibility:visible}"
    ".till-tooltip div{display:flex;gap:14px;justify-content:space-between}"
    ".till-tooltip span:first-child{color:#c5ccd4;flex:none}"
    ".till-tooltip span:last-child{text-align:right}"
    "@media print{.till-tooltip{display:none}}";

constexpr std::string_view kPageStyle =
    "html{background:#fff;color-scheme:light}body{margin:0;padding:12px}";

// JSON inside a <script> element: no "<" may be left, or "</script>" in a product's name would end
// it.
std::string script_data(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

// "'sha256-...'" of a script or style as a policy names it.
std::string hash_of(std::string_view text) {
  const std::unique_ptr<GChecksum, Free> checksum(g_checksum_new(G_CHECKSUM_SHA256));
  g_checksum_update(checksum.get(),
                    reinterpret_cast<const guchar*>(text.data()),
                    static_cast<gssize>(text.size()));
  guint8 digest[32];
  gsize size = sizeof digest;
  g_checksum_get_digest(checksum.get(), digest, &size);
  const std::unique_ptr<gchar, Free> base64(g_base64_encode(digest, size));
  return "'sha256-" + std::string(base64.get()) + "'";
}

std::string hashes_of(const std::vector<std::string_view>& texts) {
  std::string out;
  for (const std::string_view text : texts) {
    out += ' ';
    out += hash_of(text);
  }
  return texts.empty() ? " 'none'" : out;
}

}  // namespace

std::string_view page_style() noexcept {
  return kStyle;
}

std::string page_script() {
  return bundle_source();
}

std::string content_security_policy(const std::vector<std::string_view>& scripts,
                                    const std::vector<std::string_view>& styles) {
  return "default-src 'none'; script-src" + hashes_of(scripts) + "; style-src" + hashes_of(styles) +
         "; img-src data:; base-uri 'none'; form-action 'none'";
}

Result<std::string> page_figure(const Chart& chart) {
  TILL_ASSIGN(const Drawing drawing, draw(chart.specification));
  return "<figure class=\"till-chart\" aria-label=\"" + escaped(chart.title) +
         "\"><div class=\"till-drawn\">" + drawing.svg +
         "</div><script type=\"application/json\">" + script_data(chart.specification) +
         "</script></figure>\n";
}

Result<std::string> page_of(const Chart& chart) {
  TILL_ASSIGN(const std::string figure, page_figure(chart));
  const std::string script = page_script();
  const std::string style = std::string(kPageStyle) + std::string(kStyle);
  std::string page;
  page.reserve(script.size() + figure.size() + style.size() + 1024);
  page += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
          content_security_policy({script}, {style}) + "\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  page += "<meta name=\"generator\" content=\"till\">\n";
  page += "<title>" + escaped(chart.title) + "</title>\n";
  page += "<style>" + style + "</style>\n</head>\n<body>\n<main>\n";
  page += figure;
  page += "</main>\n<script>" + script + "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace till::charts
