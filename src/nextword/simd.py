"""Sixteen numbers at a time: a vector type for kernels whose sums the compiler would not keep in registers.

A kernel reads ``fma(load(a, i), load(b, i), sum)`` where mathematics has ``sum + a[i:i+16] * b[i:i+16]``. One such
vector is one register of AVX-512, two of AVX, four of NEON; LLVM divides it as the machine needs. Arrays are flat and
float32, and nothing checks bounds. Importing this module imports Numba, so only kernels do.
"""

import math
from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

LANES = 16
"""How many float32 numbers a vector holds."""

_FLOAT, _INT = ir.FloatType(), ir.IntType(32)
_VECTOR, _INTS = ir.VectorType(_FLOAT, LANES), ir.VectorType(_INT, LANES)
_BYTES = ir.IntType(8).as_pointer()


class _Lanes(types.Type):
    def __init__(self) -> None:
        super().__init__(name="Lanes")


_lanes = _Lanes()


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


@intrinsic
def load(_: Any, array: Any, index: Any) -> Any:
    """Return ``array[index : index + 16]``."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        found = builder.load(_pointer(context, builder, signature, given, _VECTOR.as_pointer()))
        found.align = 4
        return found

    return _lanes(array, types.int64), code


@intrinsic
def load_twice(_: Any, array: Any, index: Any) -> Any:
    """Return ``array[index : index + 8]`` twice."""
    half = ir.VectorType(_FLOAT, LANES // 2)

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        found = builder.load(_pointer(context, builder, signature, given, half.as_pointer()))
        found.align = 4
        return _shuffle(builder, found, found, [*range(8), *range(8)])

    return _lanes(array, types.int64), code


@intrinsic
def store(_: Any, array: Any, index: Any, value: Any) -> Any:
    """Write ``array[index : index + 16] = value``."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        written = builder.store(given[2], _pointer(context, builder, signature, given, _VECTOR.as_pointer()))
        written.align = 4
        return context.get_dummy_value()

    return types.void(array, types.int64, _lanes), code


@intrinsic
def prefetch(_: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of ``array[index]``, which will be read and written soon."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        place = _pointer(context, builder, signature, given, _BYTES)
        kind = ir.FunctionType(ir.VoidType(), [_BYTES, _INT, _INT, _INT])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [place, *(ir.Constant(_INT, flag) for flag in (1, 3, 1))])  # write, keep, data
        return context.get_dummy_value()

    return types.void(array, types.int64), code


@intrinsic
def splat(_: Any, number: Any) -> Any:
    """Return a number sixteen times."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        undefined = ir.Constant(_VECTOR, ir.Undefined)
        first = builder.insert_element(undefined, given[0], ir.Constant(_INT, 0))
        return _shuffle(builder, first, undefined, [0] * LANES)

    return _lanes(types.float32), code


@intrinsic
def fma(_: Any, a: Any, b: Any, c: Any) -> Any:
    """Return ``a * b + c``, rounded once."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return _call(builder, "fma", *given)

    return _lanes(_lanes, _lanes, _lanes), code


@intrinsic
def multiply(_: Any, a: Any, b: Any) -> Any:
    """Return ``a * b``."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fmul(*given)

    return _lanes(_lanes, _lanes), code


@intrinsic
def add(_: Any, a: Any, b: Any) -> Any:
    """Return ``a + b``."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fadd(*given)

    return _lanes(_lanes, _lanes), code


@intrinsic
def subtract(_: Any, a: Any, b: Any) -> Any:
    """Return ``a - b``."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fsub(*given)

    return _lanes(_lanes, _lanes), code


@intrinsic
def totals(_: Any, vectors: Any) -> Any:
    """Return the sums of sixteen vectors as one vector.

    Pairs are added crosswise, four times over: 45 operations for all, where sixteen sums one by one take 128.
    """
    crosswise = [
        (_in_each_quarter([0, 16, 1, 17]), _in_each_quarter([2, 18, 3, 19])),
        (_in_each_quarter([0, 1, 16, 17]), _in_each_quarter([2, 3, 18, 19])),
        (_quarters([0, 1, 4, 5]), _quarters([2, 3, 6, 7])),
        (_quarters([0, 2, 4, 6]), _quarters([1, 3, 5, 7])),
    ]

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        left = cgutils.unpack_tuple(builder, given[0])
        for first, second in crosswise:
            left = [
                builder.fadd(_shuffle(builder, a, b, first), _shuffle(builder, a, b, second))
                for a, b in zip(left[::2], left[1::2], strict=True)
            ]
        return left[0]

    return _lanes(vectors), code


@intrinsic
def sigmoid(_: Any, scores: Any) -> Any:
    """Return ``1 / (1 + exp(-scores))`` to a relative error below 1e-6, from 1e-30 to 1.

    exp(-x) = 2^n 2^f with n the nearest whole number and f at most a half; 2^f by its series to the sixth power.
    """

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        power = builder.fmul(given[0], _constant(-1 / math.log(2)))
        power = _call(builder, "minnum", _call(builder, "maxnum", power, _constant(-100)), _constant(100))
        whole = _call(builder, "rint", power)
        rest = builder.fsub(power, whole)
        series = _constant(0)
        for k in range(6, -1, -1):
            series = _call(builder, "fma", series, rest, _constant(math.log(2) ** k / math.factorial(k)))
        exponent = builder.add(builder.fptosi(whole, _INTS), ir.Constant(_INTS, [127] * LANES))
        scale = builder.bitcast(builder.shl(exponent, ir.Constant(_INTS, [23] * LANES)), _VECTOR)
        return builder.fdiv(_constant(1), builder.fadd(_constant(1), builder.fmul(series, scale)))

    return _lanes(_lanes), code


def _pointer(context: Any, builder: Any, signature: Any, given: Any, kind: Any) -> Any:
    """Return the address of ``given[0][given[1]]``."""
    array = context.make_array(signature.args[0])(context, builder, given[0])
    return builder.bitcast(builder.gep(array.data, [given[1]]), kind)


def _call(builder: Any, name: str, *values: Any) -> Any:
    """Call an intrinsic of LLVM on whole vectors."""
    kind = ir.FunctionType(_VECTOR, [_VECTOR] * len(values))
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{LANES}f32")
    return builder.call(function, values)


def _constant(number: float) -> Any:
    return ir.Constant(_VECTOR, [number] * LANES)


def _shuffle(builder: Any, a: Any, b: Any, order: Sequence[int]) -> Any:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_INT, len(order)), list(order)))


def _in_each_quarter(order: Sequence[int]) -> list[int]:
    """Return an order of four lanes, applied to every four lanes of sixteen."""
    return [begin + lane for begin in range(0, LANES, 4) for lane in order]


def _quarters(order: Sequence[int]) -> list[int]:
    """Return an order of the quarters 0 to 3 of one vector and 4 to 7 of another, lane by lane."""
    return [4 * quarter + lane for quarter in order for lane in range(4)]
