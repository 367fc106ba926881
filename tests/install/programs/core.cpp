// Runs the project in argv[1] and prints a model's rows, with the C++ wrapper.
#include <floe/floe.hpp>
#include <iostream>

int main(int argc, char** argv) try {
  floe::Project project(std::string(R"({"project_dir": ")") + (argc > 1 ? argv[1] : ".") + "\"}");
  if (!project.call("run").success()) return 1;
  std::cout << project.call("show", R"({"name": "numbers"})").json() << '\n';
  return 0;
} catch (const floe::Failure& failure) {
  std::cout << failure.name() << ": " << failure.what() << '\n';
  return 2;
}
