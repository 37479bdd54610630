// SPDX-License-Identifier: Apache-2.0
namespace Runcs.OciSpec.Json;

public ref partial struct DocumentReader
{
    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool ReadBool()
    {
        int next = Peek();
        if (next is not ('t' or 'f'))
        {
            RefuseType("true or false");
            return false;
        }
        ScanLiteral(next == 't' ? "true"u8 : "false"u8);
        return next == 't';
    }

    /// <summary>A whole number from 0 to 65535.</summary>
    public ushort ReadUInt16() => (ushort)ReadWhole(0, ushort.MaxValue);

    /// <summary>A whole number from -2147483648 to 2147483647.</summary>
    public int ReadInt32() => (int)ReadWhole(int.MinValue, int.MaxValue);

    /// <summary>A whole number from 0 to 4294967295.</summary>
    public uint ReadUInt32() => (uint)ReadWhole(0, uint.MaxValue);

    /// <summary>A whole number from -9223372036854775808 to 9223372036854775807.</summary>
    public long ReadInt64() => ReadWhole(long.MinValue, long.MaxValue);

    /// <summary>A whole number from 0 to 18446744073709551615.</summary>
    public ulong ReadUInt64() => (ulong)ReadWhole(0, ulong.MaxValue);

    /// <summary>
    /// A number that Go's encoding/json accepts as an integer: no fraction and no exponent, even if the value is whole.
    /// For an unsigned type, -0 is refused as well.
    /// </summary>
    /// <returns>The value in two's complement, for the caller to cast.</returns>
    private long ReadWhole(long min, ulong max)
    {
        int start = position;
        if (Peek() is not ('-' or (>= '0' and <= '9')))
            return RefuseNumber(start, min, max, whole: false);
        NumberToken number = ScanNumber();
        if (!number.Whole)
            return RefuseNumber(start, min, max, whole: true);
        ulong limit = number.Negative ? unchecked((ulong)-min) : max;
        if (number.TooLarge || number.Magnitude > limit || (number.Negative && min == 0))
            return RefuseNumber(start, min, max, whole: false);
        return unchecked(number.Negative ? -(long)number.Magnitude : (long)number.Magnitude);
    }

    private long RefuseNumber(int start, long min, ulong max, bool whole)
    {
        position = start;
        RefuseType((whole ? "a whole number from " : "a number from ") + min.ToString() + " to " + max.ToString());
        return 0;
    }

    private struct NumberToken
    {
        public bool Negative;
        public bool Whole;
        public bool TooLarge;
        public ulong Magnitude;
    }

    private NumberToken ScanNumber()
    {
        var number = new NumberToken { Whole = true };
        if (Peek() == '-')
        {
            number.Negative = true;
            position++;
        }
        int first = Peek();
        if (first is not (>= '0' and <= '9'))
            throw Broken(number.Negative ? "expected a digit after \"-\"" : "expected a value");
        ScanMagnitude(ref number);
        if (first == '0' && Peek() is >= '0' and <= '9')
            throw Broken("a number must not start with 0");
        if (Peek() == '.')
        {
            number.Whole = false;
            position++;
            ScanDigits();
        }
        if (Peek() is 'e' or 'E')
        {
            number.Whole = false;
            position++;
            if (Peek() is '+' or '-')
                position++;
            ScanDigits();
        }
        return number;
    }

    private void ScanMagnitude(ref NumberToken number)
    {
        // Nothing may follow a leading zero; the caller checks the next character.
        if (Peek() == '0')
        {
            position++;
            return;
        }
        for (int next = Peek(); next is >= '0' and <= '9'; next = Peek())
        {
            var digit = (ulong)(next - '0');
            if (number.Magnitude > (ulong.MaxValue - digit) / 10)
                number.TooLarge = true;
            number.Magnitude = unchecked(number.Magnitude * 10 + digit);
            position++;
        }
    }

    private void ScanDigits()
    {
        int start = position;
        while (Peek() is >= '0' and <= '9')
            position++;
        if (position == start)
            throw Broken("expected a digit");
    }
}
