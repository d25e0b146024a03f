"""What Stripe's Python SDK declares of each object: its fields and their types, read from its source.

Used by test_billing_classes.py. The annotations are read as syntax trees and never
evaluated, because the SDK imports most of them for type checkers only. Invariant:
an annotation this file does not know is an error, never a pass.
"""

import ast
from pathlib import Path

import stripe

SCALARS = {"str": str, "int": int, "bool": bool, "Decimal": str}


class Shape:
    """A class of the SDK: its fields, and the classes declared inside it."""

    def __init__(self, node, outer=None):
        self.name = node.name
        self.outer = outer
        self.fields = {}
        self.inner = {}
        self.object_name = None
        for part in node.body:
            if isinstance(part, ast.ClassDef):
                self.inner[part.name] = Shape(part, self)
            elif isinstance(part, ast.AnnAssign) and part.target.id == "OBJECT_NAME":
                self.object_name = part.value and part.value.value
            elif isinstance(part, ast.AnnAssign) and not part.target.id.startswith("_"):
                self.fields[part.target.id] = part.annotation

    def find(self, name):
        shape = self
        while shape:
            if name in shape.inner:
                return shape.inner[name]
            shape = shape.outer
        return None


def read():
    """Every class of the package by its name, and those that are API objects by the name in `object`."""
    by_name, by_object, aliases = {}, {}, {}
    for file in sorted(Path(stripe.__file__).parent.glob("_*.py")):
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                aliases.update((name.asname, name.name) for name in node.names if name.asname)
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.endswith(("Params", "Service")):
                shape = by_name[node.name] = Shape(node)
                if shape.object_name:
                    by_object[shape.object_name] = shape
    by_name.update((alias, by_name[name]) for alias, name in aliases.items() if name in by_name)
    return by_name, by_object


BY_NAME, BY_OBJECT = read()


def is_optional(annotation):
    return isinstance(annotation, ast.Subscript) and annotation.value.id == "Optional"


def object_problems(value, where):
    """What the class that `object` names does not declare of this value, or misses in it."""
    name = value.get("object")
    if name == "list" or name == "search_result":
        allowed = {"object", "data", "has_more", "url"} | ({"next_page", "total_count"} if name == "search_result" else set())
        yield from (f"{where}: unknown key {key}" for key in value.keys() - allowed)
        for item in value["data"]:
            yield from object_problems(item, f"{where}.{item.get('object')}")
        return
    yield from shape_problems(value, BY_OBJECT[name], where)


def shape_problems(value, shape, where):
    if not isinstance(value, dict):
        yield f"{where}: must be a {shape.name}, is {value!r}"
        return
    for key in value.keys() - shape.fields.keys():
        yield f"{where}: {shape.name} has no `{key}`"
    for key, annotation in shape.fields.items():
        if key in value:
            yield from problems(value[key], annotation, shape, f"{where}.{key}")
        elif not is_optional(annotation):
            yield f"{where}: {shape.name} requires `{key}`"


def problems(value, annotation, scope, where):
    """What is wrong with a value of this declared type, `scope` being the class that declares it."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    if isinstance(annotation, ast.Subscript):
        yield from generic_problems(value, annotation, scope, where)
    elif isinstance(annotation, ast.Attribute):  # `Charge.Outcome`
        outer = scope.find(annotation.value.id) or BY_NAME[annotation.value.id]
        yield from shape_problems(value, outer.find(annotation.attr), where)
    elif annotation.id == "Any":
        if isinstance(value, dict) and value.get("object") in BY_OBJECT:
            yield from object_problems(value, where)
    elif annotation.id == "float":
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            yield f"{where}: must be a float, is {value!r}"
    elif annotation.id in SCALARS:
        kind = SCALARS[annotation.id]
        if not isinstance(value, kind) or kind is int and isinstance(value, bool):
            yield f"{where}: must be a {annotation.id}, is {value!r}"
    else:
        yield from shape_problems(value, scope.find(annotation.id) or BY_NAME[annotation.id], where)


def generic_problems(value, annotation, scope, where):
    generic, inner = annotation.value.id, annotation.slice
    options = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if generic == "Optional":
        if value is not None:
            yield from problems(value, inner, scope, where)
    elif generic == "ExpandableField":
        if not isinstance(value, str):
            yield from problems(value, inner, scope, where)
    elif generic == "Literal":
        if value not in [option.value for option in options]:
            yield f"{where}: {value!r} is not one of the declared words"
    elif generic == "Union" and isinstance(value, dict) and "object" in value:
        yield from object_problems(value, where)
    elif generic == "Union":
        tried = [list(problems(value, option, scope, where)) for option in words_of(options)]
        yield from min(tried, key=len)
    elif generic == "List":
        for place, item in enumerate(value if isinstance(value, list) else [value]):
            yield from problems(item, inner, scope, f"{where}[{place}]")
    elif generic == "ListObject":
        yield from object_problems(value, where)
    elif generic in ("UntypedStripeObject", "Dict"):
        if not isinstance(value, dict):
            yield f"{where}: must be an object, is {value!r}"
        elif isinstance(inner, ast.Name) and inner.id == "Any":
            yield from problems(value, inner, scope, where)
        elif not all(isinstance(item, str) for item in value.values()):
            yield f"{where}: holds something other than text"
    else:
        raise AssertionError(f"{where}: unknown generic type {generic}")


def words_of(options):
    """`Union[Literal["a"], str]` leaves room for words to come; what is answered today is one of those declared."""
    closed = [option for option in options if isinstance(option, ast.Subscript) and option.value.id == "Literal"]
    return closed or options
