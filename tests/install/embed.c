/* C99 and nothing but the installed headers and library. */
#include <floe/floe.h>
#include <stdio.h>

int main(void) {
  printf("%s\n", floe_version());
  return 0;
}
