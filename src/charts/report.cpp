#include "till/charts/report.hpp"

#include "charts/report_page.hpp"

namespace till::charts {

Result<Document> render(const Report& report, DocumentFormat format, std::string_view stem) {
  if (format == DocumentFormat::Markdown) {
    return report_markdown(report, stem);
  }
  TILL_ASSIGN(std::string page, report_page(report));
  return Document{std::move(page), {}};
}

}  // namespace till::charts
