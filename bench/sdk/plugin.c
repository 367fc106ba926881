/* The plugin that bench/sdk/overhead.cpp calls through floe and by itself: methods that do next to nothing, once as
 * CONCURRENT and once as SERIAL, so that what is measured is the way to them. */
#include "floe/interfaces/ingestion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 4
#define MOST_ROWS 1000000
#define TEXT_BYTES 12

static int64_t values[MOST_ROWS]; /* of every column; batches lend it */
static int32_t offsets[MOST_ROWS + 1];
static char letters[MOST_ROWS * TEXT_BYTES]; /* of every column of texts */
static const char* const names[COLUMNS] = {"a", "b", "c", "d"};

struct stream {
  int64_t rows; /* of one batch */
  int64_t batches_left;
  int is_text;
};

struct batch {
  struct ArrowArray columns[COLUMNS];
  struct ArrowArray* children[COLUMNS];
  const void* column_buffers[3];
  const void* buffers[1];
};

struct fields {
  struct ArrowSchema columns[COLUMNS];
  struct ArrowSchema* children[COLUMNS];
};

static void end_column(struct ArrowArray* column) { column->release = NULL; }

static void end_batch(struct ArrowArray* array) {
  free(array->private_data);
  array->release = NULL;
}

static void end_field(struct ArrowSchema* field) { field->release = NULL; }

static void end_fields(struct ArrowSchema* schema) {
  free(schema->private_data);
  schema->release = NULL;
}

static int get_schema(struct ArrowArrayStream* stream, struct ArrowSchema* out) {
  struct fields* fields = calloc(1, sizeof *fields);
  if (fields == NULL) return 12; /* ENOMEM */
  memset(out, 0, sizeof *out);
  for (int i = 0; i < COLUMNS; ++i) {
    fields->columns[i].format = ((struct stream*)stream->private_data)->is_text ? "u" : "l";
    fields->columns[i].name = names[i];
    fields->columns[i].release = end_field;
    fields->children[i] = &fields->columns[i];
  }
  out->format = "+s";
  out->name = "";
  out->n_children = COLUMNS;
  out->children = fields->children;
  out->private_data = fields;
  out->release = end_fields;
  return 0;
}

static int get_next(struct ArrowArrayStream* stream, struct ArrowArray* out) {
  struct stream* state = stream->private_data;
  struct batch* batch;
  memset(out, 0, sizeof *out);
  if (state->batches_left-- <= 0) return 0;
  batch = calloc(1, sizeof *batch);
  if (batch == NULL) return 12; /* ENOMEM */
  batch->column_buffers[1] = state->is_text ? (const void*)offsets : values;
  batch->column_buffers[2] = letters;
  for (int i = 0; i < COLUMNS; ++i) {
    struct ArrowArray* column = &batch->columns[i];
    column->length = state->rows;
    column->n_buffers = state->is_text ? 3 : 2;
    column->buffers = batch->column_buffers;
    column->release = end_column;
    batch->children[i] = column;
  }
  out->length = state->rows;
  out->n_buffers = 1;
  out->buffers = batch->buffers;
  out->n_children = COLUMNS;
  out->children = batch->children;
  out->private_data = batch;
  out->release = end_batch;
  return 0;
}

static const char* get_last_error(struct ArrowArrayStream* stream) {
  (void)stream;
  return NULL;
}

static void end_stream(struct ArrowArrayStream* stream) {
  free(stream->private_data);
  stream->release = NULL;
}

static floe_status FLOE_CALL validate_config(const floe_host* host, floe_call* call, const char* config,
                                             size_t config_length, floe_sink* problems) {
  (void)call, (void)config, (void)config_length;
  return host->write(problems, "[]", 2);
}

static floe_status FLOE_CALL create(const floe_host* host, floe_call* call, const char* config, size_t config_length,
                                    void** self) {
  (void)call, (void)config, (void)config_length;
  *self = (void*)host;
  return FLOE_OK;
}

static void FLOE_CALL destroy(void* self) { (void)self; }

static floe_status FLOE_CALL health(void* self, floe_call* call, floe_sink* out) {
  static const char text[] = "{\"state\":\"ok\",\"message\":\"\",\"details\":{}}";
  (void)call;
  return ((const floe_host*)self)->write(out, text, sizeof text - 1);
}

/* The call that does nothing. */
static floe_status FLOE_CALL describe(void* self, floe_call* call, floe_sink* out) {
  (void)self, (void)call, (void)out;
  return FLOE_OK;
}

/* The call that gives back what it got. */
static floe_status FLOE_CALL discover(void* self, floe_call* call, const char* source, size_t source_length,
                                      floe_sink* result) {
  (void)call;
  return ((const floe_host*)self)->write(result, source, source_length);
}

static floe_status FLOE_CALL read_rows(void* self, floe_call* call, const char* source, size_t source_length,
                                       const char* state, size_t state_length, struct ArrowArrayStream* rows,
                                       floe_sink* result) {
  long long count = 0, batches = 0;
  char kind[8] = "";
  struct stream* made;
  (void)self, (void)call, (void)source_length, (void)state, (void)state_length, (void)result;
  if (sscanf(source, "%lld %5[a-z], %lld batches", &count, kind, &batches) != 3 || count > MOST_ROWS) {
    return FLOE_INVALID_ARGUMENT;
  }
  made = malloc(sizeof *made);
  if (made == NULL) return FLOE_EXHAUSTED;
  made->rows = count;
  made->batches_left = batches;
  made->is_text = strcmp(kind, "texts") == 0;
  if (made->is_text && offsets[1] == 0) {
    memset(letters, 'x', sizeof letters);
    for (int32_t i = 0; i <= MOST_ROWS; ++i)
      offsets[i] = i * TEXT_BYTES;
  }
  rows->get_schema = get_schema;
  rows->get_next = get_next;
  rows->get_last_error = get_last_error;
  rows->release = end_stream;
  rows->private_data = made;
  return FLOE_OK;
}

#define TABLE(threads)        \
  {sizeof(floe_ingestion_v1), \
   threads,                   \
   FLOE_INGESTION_READS,      \
   validate_config,           \
   create,                    \
   destroy,                   \
   health,                    \
   describe,                  \
   discover,                  \
   read_rows,                 \
   NULL,                      \
   discover}

static const floe_ingestion_v1 concurrent = TABLE(FLOE_THREADS_CONCURRENT);
static const floe_ingestion_v1 serial = TABLE(FLOE_THREADS_SERIAL);
static const floe_interface interfaces[] = {{FLOE_INGESTION_INTERFACE, "concurrent", &concurrent},
                                            {FLOE_INGESTION_INTERFACE, "serial", &serial}};
static const floe_plugin plugin = {sizeof(floe_plugin), FLOE_ABI_VERSION, 0,      2,   interfaces,
                                   "org.example.bench", "1.0.0",          "floe", NULL};

floe_status FLOE_CALL floe_plugin_entry_v1(const floe_host* host, floe_call* call, const floe_plugin** out) {
  (void)host, (void)call;
  *out = &plugin;
  return FLOE_OK;
}
