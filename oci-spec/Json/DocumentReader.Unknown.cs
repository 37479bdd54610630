// SPDX-License-Identifier: Apache-2.0
// Values that the caller does not read: unknown members, which may be known ones misspelled.
using System.Text;

namespace Runcs.OciSpec.Json;

public ref partial struct DocumentReader
{
    /// <summary>Skips the value of a member that the caller does not know; it must still be valid JSON.</summary>
    public void Skip() => SkipValue();

    /// <summary>The same, for a type of the specification: records a name that resembles one of its own.</summary>
    /// <remarks>The names of a type are collected only here: a document without unknown members does not pay for it.</remarks>
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

    /// <summary>
    /// Unknown members whose names differ from known ones in case or by a misspelling. The specification requires them to
    /// be ignored (config.md, "Extensibility"); Go's encoding/json would accept a different case.
    /// </summary>
    public readonly DocumentFault[] Misnamed() => misnamed == null ? [] : Placed(misnamed);
}
