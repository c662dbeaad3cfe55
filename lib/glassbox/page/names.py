"""Which earlier cells a cell needs, told from the names in their sources.

A cell that runs in the page shall give what it gives when the whole page runs from the top, but
only what it needs shall run. So for each name that it uses we look back for the cell that *binds*
the name and for those that *touch* it on the way (``values.append(3)``, ``total += 1``, a draw from
a random generator). These cells are the name's *chain*. A chain has to run when the name's history,
the cells that wrote it last, is another one.

This cannot see everything: a change of an object through a second name, or by a function that keeps
it, goes unseen. A test runs every cell of the chapters, the last one first, and compares.
"""

import ast
from dataclasses import dataclass, field
from functools import lru_cache


def words(text):
    """Return the words of a text as a set."""
    return frozenset(text.split())


#: Methods and functions that change an object and return a value that cells use.
CHANGING_METHODS = words("""
    add append appendleft clear difference_update discard extend extendleft fill insert
    intersection_update itemset partition pop popitem popleft put remove resize reverse rotate
    seed setdefault setflags shuffle sort subtract update write writelines
""")
CHANGING_FUNCTIONS = words("""
    copyto delattr fill_diagonal heapify heappop heappush heappushpop heapreplace insort
    insort_left insort_right next place put put_along_axis putmask setattr shuffle
""")
#: Functions whose bare arguments stay as they are although nobody uses what they return.
SHOWING = words("display explore glue print replay replay_each show_source simulate")
#: What these make remembers how often it was asked: each use of it is a change.
STATEFUL = words("""
    Generator Random RandomState accumulate count cycle default_rng enumerate filter iter map
    open product reversed zip
""")
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
SCOPES = FUNCTIONS | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass
class Names:
    """What a cell does with names.

    Attributes
    ----------
    uses : set of str
        Names that must exist before it runs.
    binds : set of str
        Names that it surely gives a new value.
    touches : set of str
        Names whose value it changes, or may give a new one.
    fixed : set of str
        Those bound names that are modules, functions or classes: nothing touches them.
    stateful : set of str
        Those bound names that each use changes.
    later : dict of str to set of str
        For a bound function, the names that it uses when it is called.
    holds : dict of str to set of str
        For a bound container or ``partial``, the names in it: some may be functions.
    """

    uses: set = field(default_factory=set)
    binds: set = field(default_factory=set)
    touches: set = field(default_factory=set)
    fixed: set = field(default_factory=set)
    stateful: set = field(default_factory=set)
    later: dict = field(default_factory=dict)
    holds: dict = field(default_factory=dict)


@lru_cache(maxsize=1000)
def read(source):
    """Return the :class:`Names` of a cell; none if its source is no Python."""
    reader = Reader()
    try:
        reader.read_block(ast.parse(source).body, last=True)
    except (SyntaxError, ValueError):
        return Names()
    return reader.names


def imported(source):
    """Return the modules that a source imports, as ``{"numpy", "scipy.special"}``."""
    found = set()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def root(node):
    """Return the name at the bottom of ``name.attribute[index]``, else None."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def called(node):
    """Return the last word of what a call calls: ``sort`` of ``values.sort()``."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)


def free(scope):
    """Return the names that a function, a lambda or a comprehension takes from outside."""
    loads, own, outer = set(), set(), set()

    def walk(node):
        if isinstance(node, ast.Name):
            (loads if isinstance(node.ctx, ast.Load) else own).add(node.id)
        elif isinstance(node, ast.Global):
            outer.update(node.names)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            own.update(bound_by(alias) for alias in node.names)
        elif isinstance(node, SCOPES | ast.ClassDef) and node is not scope:
            if name := getattr(node, "name", None):
                own.add(name)
            loads.update(free(node))
            return
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            own.add(node.name)
        for child in ast.iter_child_nodes(node):
            walk(child)

    walk(scope)
    return (loads - own) | outer


def bound_by(alias):
    """Return the name that an import binds."""
    return (alias.asname or alias.name).split(".")[0]


class Reader(ast.NodeVisitor):
    """Walks a cell in the order in which it runs."""

    def __init__(self):
        self.names, self.sure, self.certain = Names(), set(), True

    def read_block(self, statements, last=False):
        """Read statements; the value of the last one of a cell is shown."""
        for statement in statements:
            shown = last and statement is statements[-1]
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
                self.read_discarded(statement.value, shown)
            self.visit(statement)

    def read_discarded(self, call, shown):
        """A call for its effect: it may change its bare arguments, and what it is a method of."""
        if isinstance(call.func, ast.Attribute) and not shown:
            self.touch(root(call.func.value))
        if not shown and called(call) not in SHOWING:
            for argument in call.args:
                if isinstance(argument, ast.Name):
                    self.touch(argument.id)

    def read_maybe(self, *blocks):
        """Read blocks of which none need run; what they bind is sure only within each."""
        sure, certain = self.sure, self.certain
        for block in blocks:
            self.sure, self.certain = set(sure), False
            self.read_block(block)
        self.sure, self.certain = sure, certain

    def use(self, name):
        """Note that a name is used."""
        if name not in self.sure:
            self.names.uses.add(name)

    def touch(self, name):
        """Note that the value of a name changes; one made in this cell is nobody else's."""
        if name is not None and name not in self.sure:
            self.names.uses.add(name)
            self.names.touches.add(name)

    def bind(self, name):
        """Note that a name gets a value."""
        if self.certain:
            self.names.binds.add(name)
        elif name not in self.names.binds:
            self.names.touches.add(name)
        self.sure.add(name)

    def visit_Name(self, node):
        """A bare name."""
        if isinstance(node.ctx, ast.Load):
            self.use(node.id)
        elif isinstance(node.ctx, ast.Store):
            self.bind(node.id)
        else:
            self.touch(node.id)
            self.sure.discard(node.id)

    def visit_Attribute(self, node):
        """An attribute that is set changes the object."""
        if not isinstance(node.ctx, ast.Load):
            self.touch(root(node))
        self.generic_visit(node)

    visit_Subscript = visit_Attribute

    def visit_Call(self, node):
        """A call of what is known to change an object."""
        if called(node) in CHANGING_METHODS and isinstance(node.func, ast.Attribute):
            self.touch(root(node.func.value))
        if called(node) in CHANGING_FUNCTIONS:
            for argument in node.args[:1]:
                self.touch(root(argument))
        self.generic_visit(node)

    def visit_Assign(self, node):
        """The value first, then the names."""
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)
            for part in ast.walk(target):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    self.describe(part.id, node.value)

    def visit_AnnAssign(self, node):
        """As an assignment, if it gives a value."""
        if node.value is not None:
            self.visit(node.value)
            self.visit(node.target)

    def visit_NamedExpr(self, node):
        """As an assignment."""
        self.visit(node.value)
        self.bind(node.target.id)

    def visit_AugAssign(self, node):
        """The new value depends on the old one."""
        self.visit(node.value)
        name = root(node.target)
        if name is not None:
            self.touch(name)
        if not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def describe(self, name, value):
        """Note what a bound name remembers, and what it may call later."""
        inner = list(ast.walk(value))
        makes = {called(part) for part in inner if isinstance(part, ast.Call)}
        self.names.fixed.discard(name)
        if makes & STATEFUL or isinstance(value, ast.GeneratorExp):
            self.names.stateful.add(name)
        later = {n for part in inner if isinstance(part, ast.Lambda) for n in free(part)}
        if later:
            self.names.later.setdefault(name, set()).update(later)
        if isinstance(value, ast.Dict | ast.List | ast.Tuple) or "partial" in makes:
            names = {part.id for part in inner if isinstance(part, ast.Name)}
            self.names.holds.setdefault(name, set()).update(names)

    def visit_FunctionDef(self, node):
        """What surrounds a function is used now, what it uses itself later."""
        for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                self.visit(part)
        self.bind(node.name)
        self.names.fixed.add(node.name)
        self.names.later.setdefault(node.name, set()).update(free(node) - {node.name})

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        """The names of a class, now or later."""
        found = free(node) - {node.name}
        for name in found:
            self.use(name)
        self.bind(node.name)
        self.names.fixed.add(node.name)
        self.names.later.setdefault(node.name, set()).update(found)

    def visit_Lambda(self, node):
        """A lambda may be called at once; a comprehension is."""
        for name in free(node):
            self.use(name)
        for part in ast.walk(node):
            if isinstance(part, ast.Call):
                self.visit_calls_inside(part)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_Lambda

    def visit_calls_inside(self, node):
        """Changes made in a comprehension, such as ``[heappop(heap) for _ in range(3)]``."""
        name = None
        if called(node) in CHANGING_METHODS and isinstance(node.func, ast.Attribute):
            name = root(node.func.value)
        elif called(node) in CHANGING_FUNCTIONS and node.args:
            name = root(node.args[0])
        if name in self.names.uses:
            self.touch(name)

    def visit_Import(self, node):
        """Modules and what is in them."""
        for alias in node.names:
            self.bind(bound_by(alias))
            self.names.fixed.add(bound_by(alias))

    visit_ImportFrom = visit_Import

    def visit_For(self, node):
        """The body need not run; the target is bound where it does."""
        self.visit(node.iter)
        sure, certain = set(self.sure), self.certain
        self.certain = False
        self.visit(node.target)
        self.read_maybe(node.body)
        self.sure, self.certain = sure, certain
        self.read_maybe(node.orelse)

    visit_AsyncFor = visit_For

    def visit_While(self, node):
        """The body need not run."""
        self.visit(node.test)
        self.read_maybe(node.body, node.orelse)

    visit_If = visit_While

    def visit_With(self, node):
        """The body runs."""
        for item in node.items:
            self.visit(item)
        self.read_block(node.body)

    visit_AsyncWith = visit_With

    def visit_Try(self, node):
        """Any part may be left."""
        handlers = [handler.body for handler in node.handlers]
        for handler in node.handlers:
            if handler.type is not None:
                self.visit(handler.type)
        self.read_maybe(node.body, *handlers, node.orelse)
        self.read_block(node.finalbody)

    visit_TryStar = visit_Try

    def visit_Match(self, node):
        """Any case may be the one."""
        self.visit(node.subject)
        for case in node.cases:
            self.read_maybe([ast.Expr(case.guard)] if case.guard else [], case.body)


class Planner:
    """Remembers which cells ran, and plans which have to run for another.

    Parameters
    ----------
    sources : list of str
        The cells of a page, in their order.
    """

    def __init__(self, sources):
        self.sources = list(sources)
        self.history, self.known = {}, {}

    def chain(self, name, before):
        """Return the cells that make the value of a name for the cell ``before``, in order."""
        found, uses = [], set()
        for at in range(before - 1, -1, -1):
            cell = read(self.sources[at])
            if name in cell.binds:
                if name in cell.fixed:
                    return [at]
                if name not in cell.stateful:
                    found = [k for k in found if k not in uses]
                return [at, *found]
            if name in cell.touches:
                found.insert(0, at)
            elif name in cell.uses:
                uses.add(at)
                found.insert(0, at)
        return [k for k in found if k not in uses]

    def is_function(self, name, before):
        """Tell whether a name is a function or a class, or holds some."""
        cells = [read(self.sources[k]) for k in self.chain(name, before)]
        return any(name in cell.fixed or name in cell.later for cell in cells)

    def wants(self, at):
        """Return ``{name: chain}`` of the names that a cell uses, at once or by what it calls."""
        if ("wants", at) in self.known:
            return self.known["wants", at]
        cell = read(self.sources[at])
        names = [*cell.uses, *(n for later in cell.later.values() for n in later - cell.binds)]
        found = {}
        while names:
            name = names.pop()
            if name in found:
                continue
            chain = found[name] = self.chain(name, at)
            for k in chain:
                cell = read(self.sources[k])
                names += cell.later.get(name, ())
                names += [n for n in cell.holds.get(name, ()) if self.is_function(n, k + 1)]
        self.known["wants", at] = {name: chain for name, chain in found.items() if chain}
        return self.known["wants", at]

    def edit(self, at, source):
        """Give a cell another source."""
        self.sources[at] = source
        self.known.clear()

    def version(self, at):
        """Return what the effect of a cell depends on, as one number: its source and its names."""
        if ("version", at) not in self.known:
            wants = self.wants(at)
            names = tuple((n, tuple(self.version(k) for k in wants[n])) for n in sorted(wants))
            self.known["version", at] = hash((self.sources[at], names))
        return self.known["version", at]

    def plan(self, target):
        """Return the cells to run for a cell, in order; the last is the cell itself."""
        todo = {target}
        while True:
            missing, history = set(), {name: list(h) for name, h in self.history.items()}
            for at in sorted(todo):
                for name, chain in self.wants(at).items():
                    if history.get(name) != [(k, self.version(k)) for k in chain]:
                        missing |= set(chain) - todo
                if missing:
                    break
                self.note(at, history)
            if not missing:
                return sorted(todo)
            todo |= missing

    def note(self, at, history=None, failed=False):
        """Remember that a cell ran; one that failed may have done anything to its names."""
        history = self.history if history is None else history
        cell, entry = read(self.sources[at]), (at, None if failed else self.version(at))
        for name in cell.uses - cell.touches:
            first = history.get(name)
            if first and name in read(self.sources[first[0][0]]).stateful:
                first.append(entry)
        for name in cell.touches - cell.binds:
            history.setdefault(name, []).append(entry)
        for name in cell.binds:
            history[name] = [entry]

    def forget(self):
        """Forget what ran."""
        self.history.clear()
