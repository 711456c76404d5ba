// Linked into every program that is built with a sanitizer: what the sanitizers take wrongly in
// libraries that were built without them.

#define TILL_SANITIZER_HOOK extern "C" [[gnu::visibility("default")]] const char*

// fontconfig refers to parts of its patterns by offsets: what Pango and cairo keep for the next
// text looks lost.
TILL_SANITIZER_HOOK __lsan_default_suppressions() {
  return "leak:libfontconfig\n";
}

// That is no news at each exit: standard error is the program's.
TILL_SANITIZER_HOOK __lsan_default_options() {
  return "print_suppressions=0";
}

// GLib's locks are futexes of its own: what Pango's font thread hands over looks raced for. DuckDB
// hands its tasks over by atomics that were not compiled to be watched.
TILL_SANITIZER_HOOK __tsan_default_suppressions() {
  return "race:libduckdb\nrace:libfontconfig\nrace:libglib-2.0\nrace:libharfbuzz\nrace:libpango\n"
         "race:libcairo\n";
}

// Half of their locks and memory seen is worse than none of them.
TILL_SANITIZER_HOOK __tsan_default_options() {
  return "ignore_noninstrumented_modules=1";
}
