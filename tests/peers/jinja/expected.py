#!/usr/bin/env python3
"""Writes libfloe-dbt/tests/jinja/expected.json: what CPython and Jinja2 make of templates that use dbt's modules and values.

    python expected.py        (needs jinja2, pytz, pyyaml)
"""
import datetime
import decimal
import itertools
import json
import pathlib
import re

import jinja2
import jinja2.sandbox
import pytz
import yaml

NOW = datetime.datetime(2026, 3, 29, 1, 30, 15, 123456)


CONTEXT = {
    "modules": {"datetime": datetime, "pytz": pytz, "re": re, "itertools": itertools},
    "D": decimal.Decimal,
    "now": NOW,
    "utc": NOW.replace(tzinfo=pytz.utc),
    "tojson": json.dumps,
    "fromjson": json.loads,
    "toyaml": lambda value, sort_keys=False: yaml.safe_dump(data=value, sort_keys=sort_keys),
    "fromyaml": yaml.safe_load,
}

DATETIME = """
now
utc
now|pprint
[now, utc]
now.date()
[now.date(), now.time()]
now.strftime('%Y-%m-%d %H:%M:%S.%f %j %a %A %b %B %p %I %y %%')
utc.strftime('%Y%m%dT%H%M%S%z %Z')
now.isoformat()
now.isoformat(' ', 'minutes')
now.isoformat(sep='T', timespec='milliseconds')
utc.isoformat()
now.year ~ now.month ~ now.day ~ now.hour ~ now.minute ~ now.second ~ now.microsecond
now.replace(hour=0, minute=0, second=0, microsecond=0)
now.replace(month=13)
now.replace(month=2, day=30)
now.weekday() ~ ',' ~ now.isoweekday()
now.isocalendar()|list
now + modules.datetime.timedelta(days=1, hours=2)
now - modules.datetime.timedelta(3)
modules.datetime.timedelta(1) + now
(now - modules.datetime.datetime(2026, 1, 1)).days
now - modules.datetime.datetime(2026, 1, 1)
utc - now
now < modules.datetime.datetime(2027, 1, 1)
now == utc
now < utc
now.date() - modules.datetime.date(2025, 12, 31)
now.date() + modules.datetime.timedelta(weeks=1)
now.date() < now.date() + modules.datetime.timedelta(1)
modules.datetime.date(2024, 2, 29).replace(year=2023)
modules.datetime.date(2024, 2, 29).strftime('%d/%m/%Y')
modules.datetime.date(2024, 2, 29).isoformat()
modules.datetime.date.fromisoformat('2026-11-21')
modules.datetime.date.fromisoformat('x')
modules.datetime.datetime.fromisoformat('2026-11-21T01:02:03+02:00')
modules.datetime.datetime.fromisoformat('2026-11-21 01:02:03.5')
modules.datetime.datetime.strptime('2026-11-21', '%Y-%m-%d')
modules.datetime.datetime.strptime('21 Nov 2026 03:04 PM', '%d %b %Y %I:%M %p')
modules.datetime.datetime.strptime('2026-11-21', '%Y/%m/%d')
modules.datetime.datetime.strptime('20261121 01', '%Y%m%d')
modules.datetime.datetime.strptime('2026-11-21T01:02:03+0100', '%Y-%m-%dT%H:%M:%S%z')
modules.datetime.datetime.strptime('2026-325', '%Y-%j').date()
modules.datetime.timedelta(days=1, seconds=3661, microseconds=5)
modules.datetime.timedelta(hours=-1)
[modules.datetime.timedelta(0), modules.datetime.timedelta(1, 2, 3)]
modules.datetime.timedelta(days=2) * 1.5
modules.datetime.timedelta(days=1) / modules.datetime.timedelta(hours=5)
modules.datetime.timedelta(days=1) // 7
modules.datetime.timedelta(days=1) % modules.datetime.timedelta(hours=5)
modules.datetime.timedelta(minutes=90).total_seconds()
-modules.datetime.timedelta(1, 1)
modules.datetime.timedelta(1) > modules.datetime.timedelta(hours=23)
modules.datetime.time(1, 2)
modules.datetime.time(1, 2, 3, 4).isoformat()
modules.datetime.datetime.combine(modules.datetime.date(2026, 1, 2), modules.datetime.time(3, 4))
modules.datetime.datetime(2026, 1, 1, tzinfo=modules.pytz.utc)
modules.datetime.datetime(2026, 1)
modules.pytz.utc
[modules.pytz.utc, modules.pytz.timezone('UTC')]
modules.pytz.timezone('Europe/Berlin')
[modules.pytz.timezone('Europe/Berlin')]
modules.pytz.timezone('Nowhere/At_All')
modules.pytz.timezone('Europe/Berlin').localize(now)
modules.pytz.timezone('America/New_York').localize(modules.datetime.datetime(2026, 7, 1)).isoformat()
utc.astimezone(modules.pytz.timezone('America/New_York'))
utc.astimezone(modules.pytz.timezone('Asia/Kolkata')).strftime('%Y-%m-%d %H:%M %Z%z')
modules.pytz.utc.localize(now) == utc
utc.astimezone(modules.pytz.timezone('Asia/Tokyo')) == utc
modules.datetime.timezone.utc
modules.datetime.datetime(2026, 1, 1, tzinfo=modules.datetime.timezone(modules.datetime.timedelta(hours=5, minutes=30)))
'{:%Y}'.format(now)
'%s' % now
now ~ ''
now + 1
now is number
{now.date(): 1}
"""

REGEX = r"""
modules.re.match('a', 'abc').group()
modules.re.match('b', 'abc')
modules.re.search('b(.)', 'abc').group(1)
modules.re.search('(?P<x>b)(?P<y>z)?', 'abc').groupdict()
modules.re.search('(b)(z)?', 'abc').groups()
modules.re.search('(b)(z)?', 'abc').groups('none')
modules.re.search('b', 'äbc').span()
modules.re.search('b', 'äbc').start()
modules.re.fullmatch('[a-z]+', 'abc') is not none
modules.re.fullmatch('[a-z]+', 'abc1')
modules.re.findall('[0-9]+', 'a1b22c333')
modules.re.findall('([a-z])([0-9])', 'a1b2')
modules.re.findall('(x)|y', 'xyx')
modules.re.findall('x*', 'axxb')
modules.re.sub('[^a-z]+', '_', 'Hello, World 42')
modules.re.sub('(a)(b)', '\\2\\1', 'abab')
modules.re.sub('(?P<n>[0-9])', '<\\g<n>>', 'a1')
modules.re.sub('x*', '-', 'abxd')
modules.re.sub('a', 'b', 'aaa', 2)
modules.re.sub('A', 'b', 'aaa', flags=modules.re.IGNORECASE)
modules.re.subn('a', 'b', 'aba')
modules.re.split('[,;] *', 'a, b;c')
modules.re.split('(,)', 'a,b,c', 1)
modules.re.split('x*', 'axb')
modules.re.compile('^a.c$', modules.re.I).match('ABC').group(0)
modules.re.compile('(\\w+)@(\\w+)').sub('\\2 at \\1', 'me@here')
modules.re.compile('a').findall('banana')|length
modules.re.search('^b$', 'a\nb', modules.re.M) is none
modules.re.search('a.b', 'a\nb', modules.re.S) is none
modules.re.search('(?i)B', 'abc').group()
modules.re.search('(?<=a)b(?!d)', 'abd abc').start()
modules.re.escape('a.b*c-d e_f')
modules.re.match('(', 'x')
modules.re.match('a', none)
modules.re.match('\\d+', '٣٤').group()
modules.re.match('(?P<a>x)(?P=a)', 'xx').group('a')
modules.re.match('x', 'x')['nope']
modules.re.match('(x)', 'x')[1]
modules.re.search('c\\Z', 'abc').group()
modules.re.match('a{,2}', 'aaa').group()
modules.re.match('a', 'abc')
"""

DECIMAL = """
D('1.10')
[D('1.10'), D('-0'), D('1E+3'), D('1e-10')]
D('1.10') + D('2.2')
D('1.10') + 1
1 - D('0.1')
D('1') / 3
D('10') / 4
D('2') / D('0.5')
D('1.5') * D('1.5')
D('7') // 2
D('-7') // 2
D('-7') % 3
D('2') ** 10
D('2') ** -2
D('1.0') == 1
D('1.5') == 1.5
D('0.1') == 0.1
D('1.1') > 1
D('3') in [1, 2, 3]
{1: 'x'}[D('1.0')]
D('1.25')|round(1)
D('123456.789')|int
D('1.5')|float
-D('1.5')
D('0') is number
'%d' % D('3.7')
'%.1f' % D('3.75')
'{:.2f}'.format(D('1.005'))
'{:,.2f}'.format(D('1234567.891'))
'{:10.1f}|'.format(D('1.25'))
D('NaN') == D('NaN')
D('Infinity') > 1
D('x')
D(1) / 0
[D('3'), D('1'), 2]|sort
[D('3'), D('1'), 2]|sum
D('1234567890123456789012345678') + D('0.5')
D('0.000001')
D('0.0000001')
D('1.500').normalize()
D('2.345').quantize(D('0.01'))
D('1.5') ~ 'x'
D('1.5') + 0.5
D('1') is integer
"""

TEXT = r"""
modules.itertools.chain([1], 'ab', (2,))|list
modules.itertools.product([1, 2], 'ab')|list
modules.itertools.product([0, 1], repeat=2)|list
modules.itertools.permutations([1, 2, 3], 2)|list
modules.itertools.combinations('abc', 2)|list
modules.itertools.combinations_with_replacement('ab', 2)|list
modules.itertools.islice('abcdef', 1, 5, 2)|list
modules.itertools.repeat('x', 3)|list
modules.itertools.zip_longest([1, 2], [3], fillvalue='-')|list
modules.itertools.accumulate([1, 2, 3])|list
modules.itertools.chain.from_iterable([[1], [2]])|list
tojson({'a': [1, 2.5, none, true], 'b': {'c': 'ä"\\n'}})
tojson({1: 2, none: 3, true: 4, 1.5: 5})
tojson({'b': 1, 'a': 2}, sort_keys=true)
tojson('<&\'>😀')
tojson((1, 2))
fromjson('{"a": [1, 2.0, null, true, "x\\u00e9\\ud83d\\ude00"], "b": -1e3, "c": 12345678901234567890}')
fromjson(' [] ')
toyaml({'a': 1, 'b': [1, 'two', none], 'c': {'d': true}, 'e': [], 'f': {}})
toyaml(['a', [1, 2], {'x': 1, 'y': [3]}, []])
toyaml({'a': 'yes', 'b': '1', 'c': 'null', 'd': '', 'e': ' x', 'f': 'a: b', 'g': '- x', 'h': '#x', 'i': "it's", 'j': '1.5', 'k': '2026-01-01', 'l': '@x', 'm': 'x #y', 'n': '~', 'o': '!x'})
toyaml({'text': 'one\ntwo\n', 'tab': 'a\tb', 'uni': 'äö', 'quote': '"', 'multi': 'a\n\nb'})
toyaml({'b': 1, 'a': [true, false, 1.5, 1e20, 1e-7]}, sort_keys=true)
toyaml('text')
toyaml(none)
toyaml(1)
toyaml({1: 2, none: 3, 1.5: 'x', true: 'y'})
toyaml({'long': 'word ' * 30})
toyaml({'nested': {'list': [{'a': 1, 'b': {'c': [1, 2]}}, [[1], [2]]]}})
fromyaml('a: 1\nb: [x, yes, ~, 1.5, 0o17, 2026-01-01]\nc: {d: "e"}\n1: x')
fromyaml('- 1\n- - 2\n- {a: b}')
fromyaml('')
'ß'.upper() ~ 'ǅ'.lower() ~ 'ŉ'.title() ~ 'ΑΣ'.lower() ~ 'İ'.lower()|length
'straße'.casefold() ~ 'Straße'.swapcase()
'\u0130 \u01c5 \u00b5'.title()
['\x00\x1f\x7f\x80\xa0\xad', '\u2028\ud800', '\U0001f600é']
"aAǅß٣½².^ 中"|list|map('upper')|join
'٣'.isdigit() ~ '²'.isdigit() ~ '½'.isnumeric() ~ '中'.isalpha() ~ '²'.isdecimal()
'a\x1cb\x85c\u2028d'.splitlines()
'\u00a0x\u2003'.strip()
1e22|string ~ ' ' ~ 1e16 ~ ' ' ~ 123456789012345.6 ~ ' ' ~ 5e-324 ~ ' ' ~ 1.7976931348623157e308 ~ ' ' ~ 0.1 ~ ' ' ~ 100.0
2 ** 64 ~ ' ' ~ -(2 ** 70) // 3 ~ ' ' ~ (2 ** 70) % -7 ~ ' ' ~ 10 ** 30 / 7 ~ ' ' ~ 2 ** 100 * 3 ** 50
-7 // 2 ~ ' ' ~ -7 % 3 ~ ' ' ~ 7 % -3 ~ ' ' ~ -7.5 // 2 ~ ' ' ~ -7.5 % 2 ~ ' ' ~ 5 % -0.3
9007199254740993 / 3 ~ ' ' ~ 10 ** 400 / 10 ** 399 ~ ' ' ~ 1 / 3
(9223372036854775807 + 1) ~ ' ' ~ (-9223372036854775808 - 1) ~ ' ' ~ 3037000500 * 3037000500
1 == 1.0 == true ~ ' ' ~ (2 ** 53 + 1 == 9007199254740992.0) ~ ' ' ~ (10 ** 20 == 1e20)
{1: 'a', 1.0: 'b', true: 'c'}
[1, [2, (3,)], {'k': (none,)}] == [1.0, [2, (3,)], {'k': (none,)}]
2.5|round ~ ' ' ~ 3.5|round ~ ' ' ~ 2.675|round(2) ~ ' ' ~ 1e300|round(2) ~ ' ' ~ 1234.5678|round(-2) ~ ' ' ~ 15|round(-1) ~ ' ' ~ 25|round(-1)
"""


def main():
    environment = jinja2.sandbox.SandboxedEnvironment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    cases = []
    for line in (DATETIME + REGEX + DECIMAL + TEXT).strip().splitlines():
        if not line:
            continue
        template = "{{ " + line + " }}"
        try:
            cases.append({"template": template, "output": environment.from_string(template).render(CONTEXT)})
        except Exception as problem:  # noqa: BLE001
            cases.append({"template": template, "error": type(problem).__name__})
    target = pathlib.Path(__file__).resolve().parents[3] / "libfloe-dbt/tests/jinja/expected.json"
    target.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
