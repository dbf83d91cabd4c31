"""Sixteen numbers at a time: a vector type for kernels whose sums the compiler would not keep in registers.

A kernel reads ``fma(load(a, i), load(b, i), sum)`` where mathematics has ``sum + a[i:i+16] * b[i:i+16]``. One such
vector is one register of AVX-512, two of AVX, four of NEON; LLVM divides it as the machine needs. Arrays are flat and
float32, or uint16 that are the upper halves of float32 (bfloat16), and nothing checks bounds. Importing this module
imports Numba, so only kernels do.
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
_HALVES = ir.VectorType(ir.IntType(16), LANES)
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
        found = builder.load(_pointer(context, builder, signature, given, _kept(array).as_pointer()))
        found.align = 2 if _is_bfloat16(array) else 4
        if _is_bfloat16(array):
            return builder.bitcast(builder.shl(builder.zext(found, _INTS), _ints(16)), _VECTOR)
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
    """Write ``array[index : index + 16] = value``; bfloat16 to the nearest, of two as near to the even one."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        value = given[2]
        if _is_bfloat16(array):
            bits = builder.bitcast(value, _INTS)
            is_odd = builder.and_(builder.lshr(bits, _ints(16)), _ints(1))
            rounded = builder.add(bits, builder.add(is_odd, _ints(0x7FFF)))
            value = builder.trunc(builder.lshr(rounded, _ints(16)), _HALVES)
        written = builder.store(
            value, _pointer(context, builder, signature, given, _kept(array).as_pointer())
        )
        written.align = 2 if _is_bfloat16(array) else 4
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
def maximum(_: Any, a: Any, b: Any) -> Any:
    """Return the larger number in each lane."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", *given), *given)

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
def exp(_: Any, powers: Any) -> Any:
    """Return e to each power, to a relative error below 1e-6; exactly 0 below -88.5, at most e^69."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return _exp(builder, given[0], -127)

    return _lanes(_lanes), code


@intrinsic
def sigmoid(_: Any, scores: Any) -> Any:
    """Return ``1 / (1 + exp(-scores))`` to a relative error below 1e-6, from 1e-30 to 1."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        odds = _exp(builder, builder.fneg(given[0]), -100)
        return builder.fdiv(_constant(1), builder.fadd(_constant(1), odds))

    return _lanes(_lanes), code


def _exp(builder: Any, powers: Any, lowest: int) -> Any:
    """Return exp(x) = 2^n 2^f, n being the nearest whole number and f at most a half; 2^f by its series.

    n is kept from ``lowest`` to 100: 2^-127 is no normal number, and comes out as zero.
    """
    power = builder.fmul(powers, _constant(1 / math.log(2)))
    for sign, bound in (("<", _constant(lowest)), (">", _constant(100))):  # what is no number stays none
        power = builder.select(builder.fcmp_ordered(sign, power, bound), bound, power)
    whole = _call(builder, "rint", power)
    rest = builder.fsub(power, whole)
    series = _constant(0)
    for k in range(6, -1, -1):
        series = _call(builder, "fma", series, rest, _constant(math.log(2) ** k / math.factorial(k)))
    exponent = builder.add(builder.fptosi(whole, _INTS), _ints(127))
    scale = builder.bitcast(builder.shl(exponent, _ints(23)), _VECTOR)
    return builder.fmul(series, scale)


def _is_bfloat16(array: Any) -> bool:
    return bool(array.dtype == types.uint16)


def _kept(array: Any) -> Any:
    """Return what sixteen numbers are in memory."""
    return _HALVES if _is_bfloat16(array) else _VECTOR


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


def _ints(number: int) -> Any:
    return ir.Constant(_INTS, [number] * LANES)


def _shuffle(builder: Any, a: Any, b: Any, order: Sequence[int]) -> Any:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_INT, len(order)), list(order)))


def _in_each_quarter(order: Sequence[int]) -> list[int]:
    """Return an order of four lanes, applied to every four lanes of sixteen."""
    return [begin + lane for begin in range(0, LANES, 4) for lane in order]


def _quarters(order: Sequence[int]) -> list[int]:
    """Return an order of the quarters 0 to 3 of one vector and 4 to 7 of another, lane by lane."""
    return [4 * quarter + lane for quarter in order for lane in range(4)]
