// SPDX-License-Identifier: Apache-2.0
// GVariant Text Format (docs.gtk.org/glib): the part that properties of units need, as runc reads it.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Runcs.Cgroups.Systemd;

/// <summary>
/// A property's value as an annotation has it: <c>true</c>, <c>'text'</c>, <c>5</c> (an int32), <c>uint64 5</c> or
/// <c>@t 5</c>, <c>2.5</c>, <c>['a', 'b']</c>.
/// </summary>
internal ref struct PropertyText
{
    private const string Bad = "is no value in GVariant's text format";
    private readonly string _text;
    private int _at;

    private PropertyText(string text) => _text = text;

    /// <exception cref="FormatException"/>
    public static BusValue Parse(string text)
    {
        var parser = new PropertyText(text);
        BusValue value = parser.Read("");
        parser.SkipSpace();
        return parser._at == text.Length ? value : throw new FormatException(Bad);
    }

    /// <param name="type">The required type; "" to infer it.</param>
    private BusValue Read(string type)
    {
        SkipSpace();
        if (Next is '\'' or '"') return type is "" or "s" or "o" or "g" ? BusValue.OfText(type.Length == 0 ? 's' : type[0], ReadQuoted()) : throw new FormatException(Bad);
        if (Next == '[') return ReadArray(type);
        string word = ReadWord();
        if (type.Length == 0 && TypeOf(word) is { } named) return Read(named);
        if (word is "true" or "false") return type is "" or "b" ? BusValue.Of(word == "true") : throw new FormatException(Bad);
        return ReadNumber(word, type);
    }

    private BusValue ReadArray(string type)
    {
        if (type.Length > 0 && type[0] != 'a') throw new FormatException(Bad);
        string element = type.Length > 0 ? type[1..] : "";
        var items = new List<BusValue>();
        _at++;
        for (SkipSpace(); Next != ']'; SkipSpace())
        {
            if (items.Count > 0)
            {
                if (Next != ',') throw new FormatException(Bad);
                _at++;
            }
            SkipSpace();
            // With nested arrays the author of the text would choose the depth of the recursion.
            if (Next == '[') throw new FormatException(Bad);
            items.Add(Read(element));
            element = items[0].Signature;
        }
        _at++;
        return element.Length == 0 ? throw new FormatException("is an empty array of unknown type: write @as [] for one of strings") : BusValue.Array(element, [.. items]);
    }

    private static BusValue ReadNumber(string word, string type)
    {
        if (type is "d" || (type.Length == 0 && word.Contains('.'))) return ReadDecimal(word);
        bool isNegative = word.StartsWith('-');
        ReadOnlySpan<char> digits = word.AsSpan(isNegative || word.StartsWith('+') ? 1 : 0);
        ulong number;
        bool isNumber = digits.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        if (!isNumber) throw new FormatException(Bad);
        ulong most = type switch
        {
            "y" => byte.MaxValue,
            "n" => (ulong)short.MaxValue,
            "q" => ushort.MaxValue,
            "" or "i" => int.MaxValue,
            "u" => uint.MaxValue,
            "x" => long.MaxValue,
            "t" => ulong.MaxValue,
            _ => throw new FormatException(Bad),
        };
        ulong least = type is "" or "n" or "i" or "x" ? most + 1 : 0;
        if (number > (isNegative ? least : most)) throw new FormatException($"is out of the range of its type, \"{(type.Length == 0 ? "i" : type)}\"");
        return BusValue.OfNumber(type.Length == 0 ? 'i' : type[0], isNegative ? unchecked(0 - number) : number);
    }

    // The framework's parser, which also reads exponents, is 30 KB that nothing else needs.
    private static BusValue ReadDecimal(string word)
    {
        const int MostDigits = 15; // a double holds all of them
        ReadOnlySpan<char> digits = word.AsSpan(word.StartsWith('-') || word.StartsWith('+') ? 1 : 0);
        if (digits.Length is 0 or > MostDigits || digits is ".") throw new FormatException(Bad);
        double whole = 0, scale = 0;
        foreach (char digit in digits)
        {
            if (digit == '.' && scale == 0)
            {
                scale = 1;
                continue;
            }
            if (!char.IsAsciiDigit(digit)) throw new FormatException(Bad);
            whole = whole * 10 + (digit - '0');
            scale *= 10;
        }
        double value = whole / Math.Max(scale, 1);
        return BusValue.OfNumber('d', BitConverter.DoubleToUInt64Bits(word.StartsWith('-') ? -value : value));
    }

    private string ReadQuoted()
    {
        char quote = Next;
        var text = new StringBuilder();
        for (_at++; Next != quote; _at++)
        {
            if (Next == '\\')
            {
                _at++;
                text.Append(Next switch { 'n' => '\n', 't' => '\t', 'r' => '\r', char other => other });
            }
            else
            {
                text.Append(Next);
            }
        }
        _at++;
        return text.ToString();
    }

    private string ReadWord()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '.' or '-' or '+' or '@' or '_')) _at++;
        return _text[start.._at];
    }

    private static string? TypeOf(string word) => word switch
    {
        "boolean" or "@b" => "b",
        "byte" or "@y" => "y",
        "int16" or "@n" => "n",
        "uint16" or "@q" => "q",
        "int32" or "@i" => "i",
        "uint32" or "@u" => "u",
        "int64" or "@x" => "x",
        "uint64" or "@t" => "t",
        "double" or "@d" => "d",
        "string" or "@s" => "s",
        "objectpath" or "@o" => "o",
        "signature" or "@g" => "g",
        "@as" or "@ai" or "@au" or "@at" or "@ay" or "@ax" or "@ab" or "@ad" or "@an" or "@aq" or "@ao" or "@ag" => word[1..],
        _ => null,
    };

    // Past the end: a character that begins no value.
    private readonly char Next => _at < _text.Length ? _text[_at] : throw new FormatException(Bad);

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\n' or '\r') _at++;
    }
}
