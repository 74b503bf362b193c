"""Tests of the package that need no PySpark: its syntax, its signatures and its place in the jar."""

import ast
import os
import re
import unittest
import zipfile

from syncnorm_paths import PACKAGE, ROOT, cells, jar, read

OLDEST = (3, 8)


def module(name):
    return ast.parse(read(PACKAGE, name), name, feature_version=OLDEST)


def classes(name):
    return {each.name: each for each in module(name).body if isinstance(each, ast.ClassDef)}


def methods(of):
    return {each.name: each for each in of.body if isinstance(each, ast.FunctionDef)}


def keywords(method):
    defaults = map(ast.literal_eval, method.args.kw_defaults)
    return dict(zip((argument.arg for argument in method.args.kwonlyargs), defaults))


class PackageTest(unittest.TestCase):
    def test_should_parse_on_the_oldest_python_and_compile_on_this_one(self):
        for name in os.listdir(PACKAGE):
            if name.endswith(".py"):
                module(name)
                compile(read(PACKAGE, name), name, "exec")

    def test_should_annotate_and_describe_whatever_is_public(self):
        for name in ("__init__.py", "_java.py", "_params.py", "_records.py", "ml.py"):
            self.assertTrue(ast.get_docstring(module(name)), name)
            for of in classes(name).values():
                self.assertTrue(ast.get_docstring(of), of.name)
                for method in methods(of).values():
                    if not method.name.startswith("_"):
                        self.assertTrue(ast.get_docstring(method), method.name)
                        self.assertIsNotNone(method.returns, method.name)
                        for argument in method.args.args[1:] + method.args.kwonlyargs:
                            self.assertIsNotNone(argument.annotation, method.name)

    def test_should_take_the_same_arguments_in_constructor_and_set_params(self):
        estimator = methods(classes("_params.py")["_SyncBatchNormEstimator"])
        taken = keywords(estimator["__init__"])
        self.assertGreater(len(taken), 40)
        self.assertEqual(taken, keywords(estimator["setParams"]))

    def test_should_have_the_defaults_of_the_arguments(self):
        params = methods(classes("_params.py")["_SyncBatchNormParams"])
        call = params["__init__"].body[-1].value
        defaults = {each.arg: ast.literal_eval(each.value) for each in call.keywords}
        estimator = methods(classes("_params.py")["_SyncBatchNormEstimator"])
        taken = keywords(estimator["__init__"])
        for name, value in taken.items():
            given = list(value) if isinstance(value, tuple) else value
            self.assertEqual(given, defaults.get(name), name)

    def test_should_have_a_getter_and_a_setter_for_each_param_of_its_own(self):
        params = classes("_params.py")["_SyncBatchNormParams"]
        estimator = methods(classes("_params.py")["_SyncBatchNormEstimator"])
        names = [each.target.id for each in params.body if isinstance(each, ast.AnnAssign)]
        self.assertIn("maxIter", names)
        for name in names:
            accessor = name[0].upper() + name[1:]
            self.assertIn("get" + accessor, methods(params))
            self.assertIn("set" + accessor, estimator)

    def test_should_show_python_that_parses_in_the_page(self):
        self.assertGreater(len(cells()), 5)
        for cell in cells():
            ast.parse(cell, "python.md", feature_version=OLDEST)

    def test_should_have_the_version_of_the_project(self):
        pom = read(ROOT, "pom.xml")
        version = re.search(r"<artifactId>syncnorm_.*?<version>(.*?)</version>", pom, re.S).group(1)
        self.assertIn(f'VERSION = "{version}"', read(PACKAGE, "_java.py"))


@unittest.skipIf(jar() is None, "no slim jar: run mvn package")
class JarTest(unittest.TestCase):
    def test_should_hold_the_package_at_its_root(self):
        with zipfile.ZipFile(jar()) as built:
            held = {name for name in built.namelist() if name.startswith("syncnorm/")}
            held.discard("syncnorm/")
            expected = {name for name in os.listdir(PACKAGE) if name != "__pycache__"}
            self.assertEqual({"syncnorm/" + name for name in expected}, held)
            for name in expected:
                self.assertEqual(
                    read(PACKAGE, name), built.read("syncnorm/" + name).decode("utf-8"), name
                )


if __name__ == "__main__":
    unittest.main()
