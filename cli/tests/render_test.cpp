#include "render.hpp"

#include "floe_test.hpp"

using floe::cli::render_answer;

TEST_CASE("without an answer the findings are the answer") {
  CHECK(floe::cli::failure_answer(2, R"({"version":1,"diagnostics":[{"code":"FLOE-E0303"}],"summary":{}})") ==
        R"({"success":false,"exit_code":2,"diagnostics":[{"code":"FLOE-E0303"}]})");
  CHECK(floe::cli::failure_answer(130, "{}") == R"({"success":false,"exit_code":130,"diagnostics":[]})");
}

TEST_CASE("plugin answers are text for people") {
  CHECK(render_answer("plugin list",
                      R"({"plugins":[{"group":"floe.storage","name":"local","version":"0.1.0",)"
                      R"("interface":"floe.storage/1","state":"shadowed","reason":"by /a","description":"Files"}]})") ==
        "group         name   version  interface       state            description\n"
        "────────────  ─────  ───────  ──────────────  ───────────────  ───────────\n"
        "floe.storage  local  0.1.0    floe.storage/1  shadowed: by /a  Files\n");
  CHECK(render_answer("plugin show",
                      R"({"group":"floe.storage","name":"local","version":"0.1.0","id":"io.x","state":"usable",)"
                      R"("reason":null,"aliases":["file","disk"],"capabilities":[],"description":"Files"})") ==
        "floe.storage/local 0.1.0\n"
        "                Files\n"
        "  id            io.x\n"
        "  state         usable\n"
        "  aliases       file, disk\n");
  CHECK(render_answer("plugin why",
                      R"({"query":"local","roots":[{"path":"/a","kind":"user","exists":false},)"
                      R"({"path":"/b","kind":"beside","exists":true}],"candidates":[{"path":"/b/floe.storage/local",)"
                      R"("state":"usable","reason":null}],"chosen":"/b/floe.storage/local"})") ==
        "Directories, in the order they are looked at:\n"
        "  /a  (user, not there)\n"
        "  /b  (beside)\n"
        "Plugins named `local`:\n"
        "  /b/floe.storage/local  (usable)\n"
        "Chosen: /b/floe.storage/local\n");
  CHECK(render_answer("plugin why", R"({"query":"x","roots":[],"candidates":[],"chosen":null})") ==
        "Directories, in the order they are looked at:\n"
        "No plugin is named `x`; `floe plugin list` shows those there are.\n");
}
