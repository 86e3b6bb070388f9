"""The checks find planted faults, and stay quiet about what is right."""
import pathlib
import tempfile
import unittest

import check_banned
import check_exports
import check_layers
import check_lengths

CLEAN = {
    "relay-core/base/err.h": "enum err { OK };\n",
    "relay-core/base/mem.c": '#include "base/err.h"\nvoid *mem_new(void) { return malloc(1); }\n',
    "relay-core/codec/h1/h1_parser.c": '#include <llhttp.h>\n#include "base/err.h"\n',
    "relay-core/net/tls/tls_stream.c": '#include <mbedtls/ssl.h>\n#include <uv.h>\n',
    "relay-core/link/link_session.h": '#include "http/exchange.h"\n#include "codec/json.h"\n',
    "relay-server/main.c": '#include "link/link_session.h"\nint main(void) { return 0; }\n',
    "relay-server/router.c": 'static int of(int a) { return a; }\nint router_of(int a) { return of(a); }\n',
    "relay-client/handler/exec.c": '#include <uv.h>\n',
    "tests/unit/test_a.c": "int main(void) { free(malloc(1)); return 0; }\n",
    "tests/e2e/test_a.py": "# the bot may sleep for days\n",
    "docs/guide.md": "Everything is stored in ~/.config/hookline or https://example.org/home/.\n",
}


def lines(count):
    return "    x();\n" * count


class LintTest(unittest.TestCase):
    def problems(self, check, planted):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**CLEAN, **planted}.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check(pathlib.Path(folder))

    def assert_clean(self, module, planted):
        self.assertEqual(self.problems(module.check, planted), [])

    def assert_only(self, module, planted, expected):
        self.assertEqual(self.problems(module.check, planted), [expected])

    def test_clean_tree(self):
        for module in (check_banned, check_exports, check_layers, check_lengths):
            with self.subTest(module.__name__):
                self.assert_clean(module, {})


class LayersTest(LintTest):
    def test_include_of_a_higher_layer(self):
        self.assert_only(check_layers, {"relay-core/base/log.c": '\n# include "loop/loop.h"\n'},
                         'relay-core/base/log.c:2: base may not include "loop/loop.h"')
        self.assert_only(check_layers, {"relay-core/http/x.c": '#include "link/link_session.h"\n'},
                         'relay-core/http/x.c:1: http may not include "link/link_session.h"')

    def test_programs_do_not_see_each_other(self):
        self.assert_only(check_layers, {"relay-client/up.c": '#include "relay-server/router.h"\n'},
                         'relay-client/up.c:1: relay-client may not include "relay-server/router.h"')

    def test_include_without_its_layer(self):
        self.assert_only(check_layers, {"relay-core/net/tcp.c": '#include "stream.h"\n'},
                         'relay-core/net/tcp.c:1: "stream.h" must begin with its layer')

    def test_unknown_layer(self):
        self.assert_only(check_layers, {"relay-core/misc/all.c": ""},
                         "relay-core/misc/all.c: this layer is not in the table")

    def test_library_outside_its_fence(self):
        for path, header in (
            ("relay-core/http/http_conn.c", "uv.h"),
            ("relay-core/net/tcp_stream.c", "mbedtls/ssl.h"),
            ("relay-core/codec/h2_frames.c", "llhttp.h"),
            ("relay-core/link/link_session.c", "nghttp2/nghttp2.h"),
            ("relay-client/journal/journal.c", "sqlite3.h"),
            ("relay-server/tokens.c", "cjson/cJSON.h"),
            ("relay-core/codec/url.c", "time.h"),
        ):
            with self.subTest(path):
                self.assert_only(check_layers, {path: f"#include <{header}>\n"},
                                 f"{path}:1: <{header}> is fenced off from here")

    def test_circle(self):
        planted = {"relay-core/base/a.h": '#include "base/b.h"\n',
                   "relay-core/base/b.h": '#include "base/c.h"\n',
                   "relay-core/base/c.h": '#include "base/a.h"\n'}
        found = self.problems(check_layers.check, planted)
        self.assertEqual(len(found), 1)
        self.assertRegex(found[0], r"^include circle: relay-core/base/[abc]\.h( <- \S+){3}$")


class BannedTest(LintTest):
    def test_calls(self):
        for call in ("strcpy(a, b)", "sprintf (a)", "atoi(a)", "system(a)", "rand()",
                     "signal(1, h)", "localtime(&t)", "usleep(1)"):
            with self.subTest(call):
                found = self.problems(check_banned.check,
                                      {"tests/unit/test_b.c": f"void f(void)\n{{\n    {call};\n}}\n"})
                name = call.split("(")[0].strip()
                self.assertEqual(len(found), 1)
                self.assertRegex(found[0], rf"^tests/unit/test_b\.c:3: {name}: \w+")

    def test_allocation_outside_mem(self):
        for code in ("free(p);", "h = malloc;", "x = strdup(y);", "f(p, free);",
                     "return malloc (1);", "struct hooks h = {malloc};"):
            self.assert_only(check_banned, {"relay-core/base/list.c": code},
                             "relay-core/base/list.c:1: "
                             f"{next(w for w in ('free', 'malloc', 'strdup') if w in code)}"
                             ": allocates past base/mem.h")

    def test_names_that_only_look_banned(self):
        self.assert_clean(check_banned, {"relay-core/base/ok.c": (
            '// malloc() is not called\nconst char *s = "system()";\n'
            "p->free(q); mem_free(q); vtable.free = NULL; my_signal(1); uv_signal(2);\n"
            "void (*free)(void *);\nstruct list free, order;\nx = list_len(&a->free);\n")})

    def test_sleep_in_scripts(self):
        self.assert_only(check_banned, {"tests/e2e/test_b.py": "import time\ntime.sleep(1)\n"},
                         "tests/e2e/test_b.py:2: sleep: wait for an event")
        self.assert_only(check_banned, {"tests/e2e/run.sh": "sleep 0.1\n"},
                         "tests/e2e/run.sh:1: sleep 0.1: wait for an event")

    def test_words(self):
        registry = ".".join(("registry", "npmjs", "org"))
        for text, word, why in (
            ("TODO later", "TODO", "do it, or leave it out"),
            ("see /" + "home/me/x", "/" + "home/", "a path of somebody's machine"),
            (f"https://{registry}/x", "npmjs." + "org", "a package registry's name"),
        ):
            self.assert_only(check_banned, {"docs/a.md": f"a\n{text}\n"}, f"docs/a.md:2: {word}: {why}")

    def test_path_of_this_checkout(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "notes.md").write_text(f"built in {folder}/build\n")
            self.assertEqual(check_banned.check(pathlib.Path(folder)),
                             [f"notes.md:1: {folder}: a path of this machine"])


class LengthsTest(LintTest):
    def test_file_at_and_above_the_limit(self):
        for suffix, limit in ((".c", 400), (".h", 150)):
            path = f"relay-core/base/long{suffix}"
            self.assert_clean(check_lengths, {path: "\n" * limit})
            self.assert_only(check_lengths, {path: "\n" * (limit + 1)},
                             f"{path}:1: {limit + 1} lines, at most {limit}")

    def test_table_may_be_long(self):
        self.assert_clean(check_lengths, {"relay-core/base/x_table.c": "\n" * 2000})

    def test_columns(self):
        self.assert_clean(check_lengths, {"tests/unit/test_w.c": "//" + "x" * 94 + "\n"})
        self.assert_only(check_lengths, {"tests/unit/test_w.c": "//" + "x" * 95 + "\n"},
                         "tests/unit/test_w.c:1: 97 columns, at most 96")

    def test_function_lines(self):
        head = "\n/* } */\nstatic int f(void)\n{\n"
        self.assert_clean(check_lengths, {"relay-server/f.c": head + lines(57) + "}\n"})
        self.assert_only(check_lengths, {"relay-server/f.c": head + lines(58) + "}\n"},
                         "relay-server/f.c:3: f() has 61 lines, at most 60")

    def test_parameters(self):
        for text, count in (("void f(int a, int b, int c, int d, int e, int g)", 6),
                            ("void f(int a, int (*b)(int, int), int c, int d, int e, int g)", 6),
                            ("MUST_CHECK enum err f(int a, int b[static 2], int c,\n"
                             "    int d, int e, int g, int h)", 7)):
            for ending in (";\n", "\n{\n}\n"):
                expected = [f"relay-server/f.h:1: f() has {count} parameters, at most 6"]
                self.assertEqual(self.problems(check_lengths.check, {"relay-server/f.h": text + ending}),
                                 expected if count > 6 else [])


class ExportsTest(LintTest):
    def test_function_with_a_foreign_name(self):
        self.assert_only(check_exports, {"relay-core/base/hex.c": "\nint decode_hex(int a)\n{\n}\n"},
                         "relay-core/base/hex.c:2: decode_hex must be static or begin with hex_")

    def test_object_with_a_foreign_name(self):
        self.assert_only(check_exports, {"relay-core/base/hex.c": "const int digits[] = {1, 2};\n"},
                         "relay-core/base/hex.c:1: digits must be static or begin with hex_")

    def test_object_of_an_anonymous_type(self):
        self.assert_only(check_exports, {"relay-core/base/hex.c": "struct {\nint a;\n} digits = {1};\n"},
                         "relay-core/base/hex.c:3: digits must be static or begin with hex_")

    def test_table_has_the_namespace_of_what_it_tells(self):
        self.assert_clean(check_exports, {"relay-core/base/hex_table.c": "const int hex_of[] = {1};\n"})

    def test_exported_twice(self):
        self.assert_only(check_exports, {"relay-client/router.c": "int router_of(int a) { return a; }\n"},
                         "relay-server/router.c:2: router_of is already exported by "
                         "relay-client/router.c")

    def test_what_is_not_exported(self):
        self.assert_clean(check_exports, {"relay-core/base/hex.c": (
            "#define X(a) {\nextern int other;\nint foreign(void);\nstatic const int t[] = {1};\n"
            "_Static_assert(A == B, \"x\");\n"
            "static const struct y { int a; } ys[] = {{1}};\n"
            "struct x { int (*call)(int); };\ntypedef int (*fn)(void);\n"
            "static int helper(void) { return foreign(); }\nint hex_length(void) { return 1; }\n")})


if __name__ == "__main__":
    unittest.main()
