#pragma once

#include "avro/container.hpp"
#include "manifest/manifest_writer.hpp"

namespace floe::iceberg {

inline avro::Codec container_codec(AvroCodec codec) {
  switch (codec) {
    case AvroCodec::kDeflate:
      return avro::Codec::kDeflate;
    case AvroCodec::kZstd:
      return avro::Codec::kZstd;
    default:
      return avro::Codec::kNull;
  }
}

}  // namespace floe::iceberg
