#include "broken_check.h"

const char* broken_check(void) { return BROKEN_CHECK; }

#ifdef BROKEN_EXPORT
__attribute__((visibility("default"))) int floe_one_too_many(void) { return 1; }
#endif

#ifdef BROKEN_SYMBOL
extern int floe_nowhere_defined(void);
int (*const floe_needed)(void) = floe_nowhere_defined;
#endif
