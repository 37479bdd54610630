// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;

namespace Runcs.OciSpec.Json;

/// <summary>
/// Pulls values out of a JSON document (RFC 8259) in the order in which they stand there. The caller says what it
/// expects; a value of another type is noted with its place and reads as empty, and <see cref="End"/> tells all of them at
/// once. Only JSON that is broken ends the reading, with an <see cref="OciDocumentException"/>.
/// </summary>
/// <remarks>
/// Every container start goes through here, in a process that lives for a few milliseconds, so what counts is the
/// first pass and not the thousandth. Measured with NativeAOT on a config of 11 KB with a seccomp profile, whole
/// process over an empty one: 64 microseconds, against 103 for the same types on Utf8JsonReader, and 75 KB less binary.
/// It also gives errors in plain words, which JsonException does not where the framework's messages are left out of
/// the binary (UseSystemResourceKeys). In the tests Utf8JsonReader is the oracle for what is JSON and what is not.
/// Nothing is recorded on the way for errors: the path of a fault is found by a second walk (<see cref="DocumentPlace"/>).
/// </remarks>
public ref partial struct DocumentReader
{
    /// <summary>How deep objects and arrays may nest: the reader is recursive, and no OCI document comes near.</summary>
    public const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> document;
    private int position;
    private int depth;

    /// <summary>No member or element of the innermost object or array was read yet, so no comma is due.</summary>
    private bool opened;

    /// <summary>The value to be entered was none that can be: it has no members and no elements.</summary>
    private bool refused;

    /// <summary>What was wrong so far, in the document's order; null for nothing.</summary>
    private List<Fault>? faults;
    private int faultCount;

    /// <summary>Members with a name near to a known one; null for none. Not for <see cref="notes"/>, which have them too.</summary>
    private List<Fault>? misnamed;
    private int unknownCount;

    /// <summary>What a careful reading takes down besides; null otherwise.</summary>
    private readonly DocumentNotes? notes;

    /// <summary>Strings on the way into an array: arrays of strings hold no arrays, so one buffer serves them all.</summary>
    private string[]? gathered;

    /// <summary>Characters on the way into a string.</summary>
    private char[] decoded;

    /// <summary>A reader at the start of <paramref name="utf8"/>.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="notes">Gets what is no fault but strange; null where nobody asks.</param>
    public DocumentReader(ReadOnlySpan<byte> utf8, DocumentNotes? notes = null)
    {
        this.notes = notes;
        document = utf8;
        position = 0;
        depth = 0;
        opened = false;
        refused = false;
        faults = null;
        faultCount = 0;
        misnamed = null;
        unknownCount = 0;
        gathered = null;
        decoded = new char[256];
        Name = default;
        if (utf8.StartsWith("\uFEFF"u8))
            throw Broken("the document starts with a byte order mark, which JSON does not have");
        SkipWhitespace();
    }

    /// <summary>Reads a whole document.</summary>
    /// <param name="misnamed">See <see cref="Misnamed"/>.</param>
    /// <exception cref="OciDocumentException">It is not JSON, or values have the wrong type.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8, out DocumentFault[] misnamed)
        where T : DocumentObject, new()
    {
        var reader = new DocumentReader(utf8);
        T result = reader.ReadObject<T>();
        reader.End();
        misnamed = reader.Misnamed();
        return result;
    }

    /// <summary>The name of the member that <see cref="NextMember"/> moved to, unescaped.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Enters an object; its members follow by <see cref="NextMember"/>.</summary>
    public void BeginObject()
    {
        if (Peek() != '{')
        {
            RefuseType("an object");
            refused = true;
            return;
        }
        notes?.EnterObject(position);
        Open();
    }

    /// <summary>
    /// Moves to the next member that is not null, or leaves the object and returns false. A null counts as absent,
    /// as in Go's encoding/json, on which the reference types of the specification rest.
    /// </summary>
    public bool NextMember()
    {
        while (NextItem((byte)'}'))
        {
            if (Peek() != '"')
                throw Broken("expected a property name in double quotes");
            Name = ScanName();
            SkipWhitespace();
            if (Peek() != ':')
                throw Broken("expected \":\" after the property name");
            position++;
            SkipWhitespace();
            if (Peek() != 'n')
            {
                notes?.Member(Name, position);
                return true;
            }
            ScanLiteral("null"u8);
        }
        return false;
    }

    /// <summary>Enters an array; its elements follow by <see cref="NextElement"/>.</summary>
    public void BeginArray()
    {
        if (Peek() != '[')
        {
            RefuseType("an array");
            refused = true;
            return;
        }
        notes?.EnterArray(position);
        Open();
    }

    /// <summary>Moves to the next element, or leaves the array and returns false.</summary>
    public bool NextElement() => NextItem((byte)']');

    /// <summary>Passes over the value of a member that the caller does not know; what it holds must still be JSON.</summary>
    public void Skip() => SkipValue();

    /// <summary>The same, for a type of the specification: a name near to one of its own is noted.</summary>
    /// <remarks>Only here the names of a type are gathered: a document without unknown members pays nothing for it.</remarks>
    internal void SkipUnknown(DocumentObject owner)
    {
        string? near = unknownCount++ < MostFaults ? NearName.Find(Encoding.UTF8.GetString(Name), JsonText.NamesOf(owner)) : null;
        if (notes != null)
            notes.Unknown(near);
        else if (near != null)
            (misnamed ??= []).Add(new Fault(position, DocumentNotes.UnknownMember(near)));
        SkipValue();
        notes?.Read();
    }

    private void SkipValue()
    {
        switch (Peek())
        {
            case '{':
                BeginObject();
                while (NextMember())
                    SkipValue();
                break;
            case '[':
                BeginArray();
                while (NextElement())
                    SkipValue();
                break;
            default:
                SkipScalar();
                break;
        }
    }

    /// <summary>Ends the document: only white space may follow.</summary>
    /// <exception cref="OciDocumentException">More follows, or values of the document are wrong: all of them are named.</exception>
    public void End()
    {
        DocumentFault[] found = EndWithFaults();
        if (found.Length > 0)
            throw new OciDocumentException([.. found, .. Misnamed()]);
    }

    /// <summary>As <see cref="End"/>, for who goes on with what could be read.</summary>
    /// <returns>What is wrong, in the document's order.</returns>
    public DocumentFault[] EndWithFaults()
    {
        SkipWhitespace();
        if (position < document.Length)
            throw Broken("the document ended before this, nothing may follow it");
        return faults == null ? [] : PlacedFaults();
    }

    /// <summary>
    /// Unknown members whose names are near to known ones, in another case or misspelled: the specification wants them ignored
    /// (config.md, "Extensibility"), Go's encoding/json would take the first kind.
    /// </summary>
    public readonly DocumentFault[] Misnamed() => misnamed == null ? [] : Placed(misnamed);

    private void Open()
    {
        if (++depth > MaxDepth)
            throw TooDeep();
        position++;
        opened = true;
    }

    private bool NextItem(byte close)
    {
        if (refused)
        {
            refused = false;
            return false;
        }
        SkipWhitespace();
        int next = Peek();
        if (next == close)
        {
            notes?.Leave();
            position++;
            depth--;
            opened = false;
            return false;
        }
        if (opened)
        {
            opened = false;
            return true;
        }
        if (next != ',')
            throw Broken(close == '}' ? "expected \",\" or \"}\" after the member" : "expected \",\" or \"]\" after the element");
        position++;
        SkipWhitespace();
        return true;
    }

    private void SkipScalar()
    {
        switch (Peek())
        {
            case '"':
                ScanString(out _);
                break;
            case 't':
                ScanLiteral("true"u8);
                break;
            case 'f':
                ScanLiteral("false"u8);
                break;
            case 'n':
                ScanLiteral("null"u8);
                break;
            default:
                ScanNumber();
                break;
        }
    }

    private void ScanLiteral(ReadOnlySpan<byte> literal)
    {
        if (!document[position..].StartsWith(literal))
            throw Broken("expected a value");
        position += literal.Length;
    }

    /// <summary>The byte at the position, or -1 at the end.</summary>
    private readonly int Peek() => (uint)position < (uint)document.Length ? document[position] : -1;

    private void SkipWhitespace()
    {
        // Through a local: a field of a ref struct is loaded again for each byte.
        ReadOnlySpan<byte> text = document;
        int at = position;
        while ((uint)at < (uint)text.Length && text[at] <= ' ' && text[at] is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r')
            at++;
        position = at;
    }
}
