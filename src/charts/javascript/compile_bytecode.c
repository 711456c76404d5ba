// Compiles a script to QuickJS bytecode: compile_bytecode INPUT.js OUTPUT.bin
//
// Bytecode belongs to one build of the engine: this program and till link the same sources, and it
// runs only while till is built. The function names stay (an error's stack is readable), the source
// text does not.

#include <quickjs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  if (!file) {
    return NULL;
  }
  fseek(file, 0, SEEK_END);
  const long length = ftell(file);
  fseek(file, 0, SEEK_SET);
  char* text = length < 0 ? NULL : malloc((size_t)length + 1);
  if (text && fread(text, 1, (size_t)length, file) != (size_t)length) {
    free(text);
    text = NULL;
  }
  fclose(file);
  if (text) {
    text[length] = '\0';  // the parser looks one byte ahead
    *size = (size_t)length;
  }
  return text;
}

static int write_file(const char* path, const void* bytes, size_t size) {
  FILE* file = fopen(path, "wb");
  if (!file) {
    return 0;
  }
  const int written = fwrite(bytes, 1, size, file) == size;
  return fclose(file) == 0 && written;
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: compile_bytecode INPUT.js OUTPUT.bin\n");
    return 2;
  }
  size_t size = 0;
  char* text = read_file(argv[1], &size);
  if (!text) {
    fprintf(stderr, "compile_bytecode: cannot read %s\n", argv[1]);
    return 7;
  }
  JSRuntime* runtime = JS_NewRuntime();
  JSContext* context = JS_NewContext(runtime);
  JSValue code = JS_Eval(
      context, text, size, "till_charts.js", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
  int status = 0;
  if (JS_IsException(code)) {
    JSValue error = JS_GetException(context);
    const char* message = JS_ToCString(context, error);
    fprintf(
        stderr, "compile_bytecode: %s: %s\n", argv[1], message ? message : "cannot be compiled");
    JS_FreeCString(context, message);
    JS_FreeValue(context, error);
    status = 3;
  } else {
    size_t bytecode_size = 0;
    uint8_t* bytecode = JS_WriteObject(
        context, &bytecode_size, code, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE);
    if (!bytecode || !write_file(argv[2], bytecode, bytecode_size)) {
      fprintf(stderr, "compile_bytecode: cannot write %s\n", argv[2]);
      status = 7;
    }
    js_free(context, bytecode);
  }
  JS_FreeValue(context, code);
  JS_FreeContext(context);
  JS_FreeRuntime(runtime);
  free(text);
  return status;
}
