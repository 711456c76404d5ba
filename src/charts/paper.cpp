#include "charts/paper.hpp"

#include <cmath>
#include <cstdint>
#include <memory>
#include <new>

#include <cairo-pdf.h>
#include <librsvg/rsvg.h>

namespace till::charts {
namespace {

struct Release {
  void operator()(RsvgHandle* handle) const noexcept { g_object_unref(handle); }

  void operator()(GError* error) const noexcept { g_error_free(error); }

  void operator()(cairo_surface_t* surface) const noexcept { cairo_surface_destroy(surface); }

  void operator()(cairo_t* cairo) const noexcept { cairo_destroy(cairo); }
};

using Handle = std::unique_ptr<RsvgHandle, Release>;
using Surface = std::unique_ptr<cairo_surface_t, Release>;
using Cairo = std::unique_ptr<cairo_t, Release>;

constexpr double kMaxPixels = 32'767;  // of a cairo surface, each way
constexpr double kPointsPerPixel = 0.75;

struct Picture {
  Handle handle;
  double width = 0;
  double height = 0;
};

Error failed(std::string_view what) {
  return Error{ErrorCode::Internal, "render: the SVG cannot be drawn: " + std::string(what), ""};
}

Error failed(GError* error) {
  const std::unique_ptr<GError, Release> owned(error);
  return failed(owned ? owned->message : "librsvg gave no reason");
}

Result<Picture> open(std::string_view svg) {
  GError* error = nullptr;
  Picture picture;
  picture.handle.reset(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
  if (!picture.handle) {
    return failed(error);
  }
  rsvg_handle_set_dpi(picture.handle.get(), 96);
  if (rsvg_handle_get_intrinsic_size_in_pixels(
          picture.handle.get(), &picture.width, &picture.height) == FALSE) {
    return failed("it has no size");
  }
  return picture;
}

Result<void> draw_on(cairo_surface_t* surface, const Picture& picture, double scale) {
  const Cairo cairo(cairo_create(surface));
  cairo_scale(cairo.get(), scale, scale);
  const RsvgRectangle page{0, 0, picture.width, picture.height};
  GError* error = nullptr;
  if (rsvg_handle_render_document(picture.handle.get(), cairo.get(), &page, &error) == FALSE) {
    return failed(error);
  }
  return {};
}

// Cairo hands over its output piece by piece; no exception may pass through it.
cairo_status_t append(void* out, const unsigned char* bytes, unsigned int size) {
  try {
    static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), size);
  } catch (const std::bad_alloc&) {
    return CAIRO_STATUS_NO_MEMORY;
  }
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Result<std::string> png_of(std::string_view svg, double scale) {
  TILL_ASSIGN(const Picture picture, open(svg));
  const double width = std::ceil(picture.width * scale);
  const double height = std::ceil(picture.height * scale);
  if (!(width >= 1 && height >= 1 && width <= kMaxPixels && height <= kMaxPixels)) {
    return Error{ErrorCode::InvalidArgument,
                 "render: scale is " + std::to_string(scale) +
                     ", but must be > 0 and give a picture of 1 to 32,767 "
                     "pixels each way",
                 "the picture is " + std::to_string(static_cast<std::int64_t>(picture.width)) +
                     " x " + std::to_string(static_cast<std::int64_t>(picture.height)) +
                     " at scale 1"};
  }
  const Surface surface(cairo_image_surface_create(
      CAIRO_FORMAT_ARGB32, static_cast<int>(width), static_cast<int>(height)));
  TILL_TRY(draw_on(surface.get(), picture, scale));
  std::string png;
  if (cairo_surface_write_to_png_stream(surface.get(), &append, &png) != CAIRO_STATUS_SUCCESS) {
    return failed("cairo could not write the PNG");
  }
  return png;
}

Result<std::string> pdf_of(std::string_view svg, std::string_view title) {
  TILL_ASSIGN(const Picture picture, open(svg));
  std::string pdf;
  {
    const Surface surface(cairo_pdf_surface_create_for_stream(
        &append, &pdf, picture.width * kPointsPerPixel, picture.height * kPointsPerPixel));
    cairo_pdf_surface_set_metadata(
        surface.get(), CAIRO_PDF_METADATA_TITLE, std::string(title).c_str());
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "till");
    cairo_pdf_surface_set_metadata(
        surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
    TILL_TRY(draw_on(surface.get(), picture, kPointsPerPixel));
    cairo_surface_finish(surface.get());
    if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
      return failed("cairo could not write the PDF");
    }
  }
  return pdf;
}

}  // namespace till::charts
