/* Which check this library is to fail; "" = none. One library is linked for each (CMakeLists.txt). */
#ifndef FLOE_TESTS_BROKEN_CHECK_H_
#define FLOE_TESTS_BROKEN_CHECK_H_

#ifdef __cplusplus
extern "C" {
#endif

const char* broken_check(void);

#ifdef __cplusplus
}
#endif
#endif /* FLOE_TESTS_BROKEN_CHECK_H_ */
