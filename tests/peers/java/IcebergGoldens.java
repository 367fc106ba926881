// Writes what Java's iceberg-core says about files floe writes too, as JSON, one file per topic:
//   javac -cp 'LIB/*' -d CLASSES IcebergGoldens.java; java -cp 'CLASSES:LIB/*' org.apache.iceberg.IcebergGoldens COMMAND
//   write DIRECTORY              the goldens of libfloe-iceberg/tests/data/java
//   manifests DIRECTORY          small manifests and lists of format versions 1, 2 and 3
//   read MANIFEST... | list LIST prints the header and the entries Java reads, one per line
// In Iceberg's package, because the list writer and entries() are not public. LIB holds org.apache.iceberg:iceberg-core:1.11.0 with its dependencies, hadoop-client-api and hadoop-client-runtime
// 3.4.2 (mvn dependency:copy-dependencies). JDK 17.
package org.apache.iceberg;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.*;
import org.apache.iceberg.io.*;
import org.apache.iceberg.types.*;
import org.apache.iceberg.types.Types.*;

public class IcebergGoldens {
  static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  static Schema everyType() {
    return new Schema(
        7,
        Types.NestedField.required(1, "id", LongType.get()),
        Types.NestedField.optional(2, "flag", BooleanType.get()),
        Types.NestedField.optional(3, "small", IntegerType.get()),
        Types.NestedField.optional(4, "ratio", FloatType.get()),
        Types.NestedField.optional(5, "exact", DoubleType.get()),
        Types.NestedField.optional(6, "price", DecimalType.of(9, 2)),
        Types.NestedField.optional(7, "huge", DecimalType.of(38, 10)),
        Types.NestedField.optional(8, "day", DateType.get()),
        Types.NestedField.optional(9, "hour", TimeType.get()),
        Types.NestedField.optional(10, "at", TimestampType.withoutZone()),
        Types.NestedField.optional(11, "at_zone", TimestampType.withZone()),
        Types.NestedField.optional(12, "name", StringType.get(), "a \"quoted\" comment"),
        Types.NestedField.optional(13, "key", UUIDType.get()),
        Types.NestedField.optional(14, "hash", FixedType.ofLength(5)),
        Types.NestedField.optional(15, "blob", BinaryType.get()),
        Types.NestedField.optional(
            16,
            "place",
            StructType.of(
                Types.NestedField.required(17, "lat", DoubleType.get()),
                Types.NestedField.optional(
                    18, "inner", StructType.of(Types.NestedField.optional(19, "deep", IntegerType.get()))))),
        Types.NestedField.optional(20, "tags", ListType.ofOptional(21, StringType.get())),
        Types.NestedField.required(
            22,
            "counts",
            MapType.ofRequired(
                23,
                24,
                StringType.get(),
                StructType.of(Types.NestedField.required(25, "x", ListType.ofRequired(26, LongType.get()))))),
        Types.NestedField.optional(27, "naïve col", StringType.get()),
        Types.NestedField.optional(28, "1st-col.x", IntegerType.get()),
        Types.NestedField.optional(29, "at_hour_source", TimestampType.withoutZone()),
        Types.NestedField.optional(30, "day_only", DateType.get()));
  }

  static Map<String, PartitionSpec> specs(Schema schema) {
    Map<String, PartitionSpec> specs = new LinkedHashMap<>();
    specs.put("unpartitioned", PartitionSpec.unpartitioned());
    specs.put(
        "identity_all",
        PartitionSpec.builderFor(schema)
            .withSpecId(3)
            .identity("id").identity("flag").identity("small").identity("ratio").identity("exact").identity("price")
            .identity("huge").identity("day").identity("hour").identity("at").identity("at_zone").identity("name")
            .identity("key").identity("hash").identity("blob").identity("place.lat").identity("naïve col").identity("1st-col.x")
            .build());
    specs.put(
        "transforms",
        PartitionSpec.builderFor(schema)
            .withSpecId(4)
            .bucket("id", 16).truncate("name", 4).truncate("price", 10).truncate("blob", 3).truncate("small", 5)
            .year("day", "day_y").month("at", "at_m").day("at_zone", "at_d").hour("at_hour_source", "at_h").day("day_only", "day_d")
            .alwaysNull("key").bucket("key", 8, "key_b")
            .build());
    // Avro spells a named type out once.
    specs.put(
        "repeated",
        PartitionSpec.builderFor(schema)
            .withSpecId(5)
            .identity("price").truncate("price", 100).identity("key").alwaysNull("key", "key_void")
            .identity("hash").alwaysNull("hash", "hash_void").build());
    return specs;
  }

  static JsonNode headerOf(byte[] bytes) throws Exception {
    Path path = Files.createTempFile("golden", ".avro");
    Files.write(path, bytes);
    ObjectNode node = JSON.createObjectNode();
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(path.toFile(), new GenericDatumReader<GenericRecord>())) {
      TreeMap<String, String> sorted = new TreeMap<>();
      for (String key : reader.getMetaKeys()) sorted.put(key, reader.getMetaString(key));
      for (Map.Entry<String, String> entry : sorted.entrySet()) {
        String text = entry.getValue();
        boolean json = text.startsWith("{") || text.startsWith("[");
        node.set(entry.getKey(), json ? JSON.readTree(text) : JSON.getNodeFactory().textNode(text));
      }
    } finally {
      Files.delete(path);
    }
    return node;
  }

  static byte[] bytesOf(OutputFile file) throws Exception {
    return Files.readAllBytes(Path.of(file.location()));
  }

  static DataFile file(PartitionSpec spec, int number, boolean withMetrics) {
    DataFiles.Builder builder =
        DataFiles.builder(spec).withPath("file:///w/data/" + number + ".parquet").withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(1000 + number).withRecordCount(10 * number);
    if (spec.isPartitioned()) builder.withPartition(number == 2 ? new PartitionData(spec.partitionType()) : tuple(spec));
    if (withMetrics) {
      Map<Integer, ByteBuffer> lower = new LinkedHashMap<>();
      lower.put(1, Conversions.toByteBuffer(LongType.get(), -5L));
      lower.put(12, Conversions.toByteBuffer(StringType.get(), "abc"));
      Map<Integer, ByteBuffer> upper = new LinkedHashMap<>();
      upper.put(1, Conversions.toByteBuffer(LongType.get(), 500L));
      builder.withMetrics(
          new Metrics(10L * number, Map.of(1, 80L, 12, 300L), Map.of(1, 10L, 12, 10L), Map.of(1, 0L, 12, 4L),
              Map.of(5, 1L), lower, upper));
      builder.withSplitOffsets(java.util.List.of(4L, 500L));
      builder.withSortOrder(SortOrder.unsorted());
    }
    return builder.build();
  }

  static PartitionData tuple(PartitionSpec spec) {
    PartitionData data = new PartitionData(spec.partitionType());
    int position = 0;
    for (Types.NestedField field : spec.partitionType().fields()) {
      Object value;
      switch (field.type().typeId()) {
        case BOOLEAN: value = true; break;
        case INTEGER: case DATE: value = -7; break;
        case TIME: value = 81_068_000_001L; break;
        case LONG: case TIMESTAMP: value = 1_700_000_000_000_001L; break;
        case FLOAT: value = 1.5f; break;
        case DOUBLE: value = -2.25; break;
        case DECIMAL: value = new java.math.BigDecimal("-14.20").setScale(((DecimalType) field.type()).scale()); break;
        case STRING: value = "né"; break;
        case UUID: value = java.util.UUID.fromString("f79c3e09-677c-4bbd-a479-3f349cb785e7"); break;
        case FIXED: value = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, (byte) 255}); break;
        case BINARY: value = ByteBuffer.wrap(new byte[] {0, (byte) 200}); break;
        default: throw new IllegalStateException(field.toString());
      }
      if (spec.fields().get(position).transform().isVoid()) value = null;
      data.set(position++, value);
    }
    return data;
  }

  // A local file under a name that is the same on every machine.
  static OutputFile named(File target) {
    OutputFile local = org.apache.iceberg.Files.localOutput(target);
    return new OutputFile() {
      @Override public PositionOutputStream create() { return local.create(); }
      @Override public PositionOutputStream createOrOverwrite() { return local.createOrOverwrite(); }
      @Override public String location() { return "file:///w/metadata/" + target.getName(); }
      @Override public InputFile toInputFile() { return local.toInputFile(); }
    };
  }

  static ManifestFile writeManifest(int version, PartitionSpec spec, File target, boolean entries) throws Exception {
    ManifestWriter<DataFile> writer = ManifestFiles.write(version, spec, named(target), 42L);
    if (entries) {
      writer.add(file(spec, 1, true));
      writer.add(file(spec, 2, false));
      writer.existing(file(spec, 3, true), 41L, 5L, version == 1 ? null : Long.valueOf(4L));
      writer.delete(file(spec, 4, false), 3L, version == 1 ? null : Long.valueOf(2L));
    }
    writer.close();
    return writer.toManifestFile();
  }

  static void write(File directory) throws Exception {
    Schema schema = everyType();
    for (Map.Entry<String, PartitionSpec> spec : specs(schema).entrySet()) {
      for (int version = 1; version <= 3; version++) {
        File target = File.createTempFile("golden", ".avro");
        target.delete();
        writeManifest(version, spec.getValue().isUnpartitioned() ? PartitionSpec.builderFor(schema).build() : spec.getValue(), target, false);
        JSON.writeValue(
            new File(directory, "manifest_v" + version + "_" + spec.getKey() + ".json"), headerOf(Files.readAllBytes(target.toPath())));
        target.delete();
      }
    }
    for (int version = 1; version <= 3; version++) {
      File target = File.createTempFile("golden", ".avro");
      target.delete();
      writeList(version, target, null).close();
      JSON.writeValue(new File(directory, "manifest_list_v" + version + ".json"), headerOf(Files.readAllBytes(target.toPath())));
      target.delete();
    }
    ObjectNode shapes = JSON.createObjectNode();
    shapes.set("schema", JSON.readTree(SchemaParser.toJson(schema)));
    shapes.put("schema_text", SchemaParser.toJson(schema));
    Schema identified = new Schema(
        2, java.util.List.of(Types.NestedField.required(1, "id", LongType.get()), Types.NestedField.optional(2, "x", StringType.get(), "doc")),
        java.util.Set.of(1));
    shapes.put("identified_text", SchemaParser.toJson(identified));
    shapes.put("fresh_text", SchemaParser.toJson(TypeUtil.assignFreshIds(0, schema, new java.util.concurrent.atomic.AtomicInteger()::incrementAndGet)));
    Schema base = new Schema(
        Types.NestedField.required(100, "name", StringType.get()),
        Types.NestedField.optional(101, "place", StructType.of(Types.NestedField.optional(102, "lat", DoubleType.get()))),
        Types.NestedField.optional(103, "tags", ListType.ofOptional(104, StringType.get())));
    shapes.put("base_text", SchemaParser.toJson(base));
    shapes.put(
        "reassigned_text",
        SchemaParser.toJson(TypeUtil.assignFreshIds(schema, base, new java.util.concurrent.atomic.AtomicInteger(104)::incrementAndGet)));
    ObjectNode specTexts = shapes.putObject("specs");
    for (Map.Entry<String, PartitionSpec> spec : specs(schema).entrySet()) {
      specTexts.put(spec.getKey(), PartitionSpecParser.toJson(spec.getValue()));
    }
    shapes.put(
        "sort_order_text",
        SortOrderParser.toJson(SortOrder.builderFor(schema).asc("id").desc("name", NullOrder.NULLS_LAST)
            .asc(org.apache.iceberg.expressions.Expressions.bucket("key", 4)).build()));
    shapes.put("unsorted_text", SortOrderParser.toJson(SortOrder.unsorted()));
    PartitionSpec identity = specs(schema).get("identity_all");
    shapes.put("identity_path", identity.partitionToPath(tuple(identity)));
    PartitionSpec transforms = specs(schema).get("transforms");
    shapes.put("transforms_path", transforms.partitionToPath(tuple(transforms)));
    ObjectNode values = shapes.putObject("single_values");
    PartitionData data = tuple(identity);
    for (int i = 0; i < identity.fields().size(); i++) {
      Type type = identity.partitionType().fields().get(i).type();
      ObjectNode value = values.putObject(identity.fields().get(i).name());
      value.put("type", type.toString());
      ByteBuffer buffer = Conversions.toByteBuffer(type, data.get(i, Object.class));
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      value.put("binary", java.util.HexFormat.of().formatHex(bytes));
      value.set("json", JSON.readTree(SingleValueParser.toJson(type, data.get(i, Object.class))));
    }
    JSON.writeValue(new File(directory, "shapes.json"), shapes);
  }

  static ManifestListWriter writeList(int version, File target, java.util.List<ManifestFile> manifests) throws Exception {
    ManifestListWriter appender =
        ManifestLists.write(version, org.apache.iceberg.Files.localOutput(target),
            org.apache.iceberg.encryption.PlaintextEncryptionManager.instance(), 42L, 41L, version == 1 ? 0L : 6L,
            version == 3 ? Long.valueOf(1000L) : null);
    if (manifests != null) appender.addAll(manifests);
    return appender;
  }

  static void manifests(File directory) throws Exception {
    Schema schema = everyType();
    for (int version = 1; version <= 3; version++) {
      java.util.List<ManifestFile> written = new java.util.ArrayList<>();
      for (Map.Entry<String, PartitionSpec> spec : specs(schema).entrySet()) {
        File target = new File(directory, "v" + version + "_" + spec.getKey() + ".avro");
        target.delete();
        written.add(writeManifest(version, spec.getValue().isUnpartitioned() ? PartitionSpec.builderFor(schema).build() : spec.getValue(), target, true));
      }
      File list = new File(directory, "v" + version + "_list.avro");
      list.delete();
      writeList(version, list, written).close();
    }
  }

  static ManifestFile describe(File file, PartitionSpec spec) {
    return new GenericManifestFile(org.apache.iceberg.Files.localInput(file), spec.specId(), 42L);
  }

  static void read(File file, Map<Integer, PartitionSpec> specs) throws Exception {
    FileIO io = new org.apache.iceberg.hadoop.HadoopFileIO(new org.apache.hadoop.conf.Configuration());
    JsonNode header = headerOf(Files.readAllBytes(file.toPath()));
    ObjectNode line = JSON.createObjectNode();
    line.set("header", header);
    System.out.println(line.toString());
    Schema schema = SchemaParser.fromJson(header.get("schema").toString());
    PartitionSpec spec = PartitionSpecParser.fromJsonFields(
        schema, Integer.parseInt(header.get("partition-spec-id").asText()), header.get("partition-spec"));
    ManifestReader<DataFile> reader =
        ManifestFiles.read(describe(file, spec), io, Map.of(spec.specId(), spec));
    for (Object entry : reader.entries()) System.out.println(entry.toString());
    reader.close();
  }

  static void list(File file) throws Exception {
    System.out.println(headerOf(Files.readAllBytes(file.toPath())).toString());
    for (Object manifest : ManifestLists.read(org.apache.iceberg.Files.localInput(file))) {
      System.out.println(manifest);
    }
  }

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "write": write(new File(arguments[1])); break;
      case "manifests": manifests(new File(arguments[1])); break;
      case "read": for (int i = 1; i < arguments.length; i++) read(new File(arguments[i]), null); break;
      case "list": list(new File(arguments[1])); break;
      default: throw new IllegalArgumentException(arguments[0]);
    }
  }
}
